"""Waits until something below watched folders changes. It reports that, never what: a scan finds out.

Uses inotify on Linux. Elsewhere, and if the kernel grants no more watches, the lane scans every 0.1 s.
"""

import ctypes
import os
import select
import struct
import time

POLL = 0.1  # seconds between scans without inotify
BUSY = 2.0  # seconds after which a file is read even if it is still open for writing

_MODIFY, _ATTRIB, _CLOSE_WRITE = 0x2, 0x4, 0x8
_MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x40, 0x80, 0x100, 0x200
_ONLYDIR, _DONT_FOLLOW = 0x01000000, 0x02000000
_MASK = (
    _MODIFY | _ATTRIB | _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _ONLYDIR | _DONT_FOLLOW
)
_EVENT = struct.Struct("iIII")


class Notify:
    def __init__(self, *, poll: bool = False) -> None:
        self._folders: dict[int, str] = {}
        self._written: dict[str, float] = {}
        """Files open for writing, and since when."""
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._inotify = -1
        if not poll and hasattr(self._libc, "inotify_init1"):
            self._inotify = self._libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)

    def watch(self, folder: str) -> None:
        """Watch a folder. Repeat it for a watched one, because another folder may have its name by now."""
        if self._inotify < 0:
            return
        number = self._libc.inotify_add_watch(self._inotify, os.fsencode(folder), _MASK)
        if number >= 0:
            self._folders[number] = folder
        elif ctypes.get_errno() == 28:  # ENOSPC: fs.inotify.max_user_watches
            print(
                "sync: the kernel grants no more file watches; scanning every 0.1 s instead\n"
                "  remedy: sudo sysctl fs.inotify.max_user_watches=524288",
                flush=True,
            )
            os.close(self._inotify)
            self._inotify = -1

    @property
    def events(self) -> bool:
        """Whether changes are reported immediately. Otherwise every wait ends after 0.1 s."""
        return self._inotify >= 0

    def wait(self, seconds: float) -> bool:
        """Whether something changed within this time. Always True without inotify."""
        if self._inotify < 0:
            time.sleep(min(seconds, POLL))
            return True
        if not select.select([self._inotify], [], [], max(0, seconds))[0]:
            return False
        self._read()
        return True

    def busy(self) -> set[str]:
        """Absolute paths of files that a program is writing right now."""
        now = time.monotonic()
        self._written = {path: since for path, since in self._written.items() if now - since < BUSY}
        return set(self._written)

    def _read(self) -> None:
        try:
            received = os.read(self._inotify, 1 << 18)
        except BlockingIOError:
            return
        at = 0
        while at < len(received):
            number, mask, _, length = _EVENT.unpack_from(received, at)
            name = received[at + _EVENT.size : at + _EVENT.size + length].rstrip(b"\0")
            at += _EVENT.size + length
            path = f"{self._folders.get(number, '')}/{os.fsdecode(name)}"
            if mask & _MODIFY:
                self._written.setdefault(path, time.monotonic())
            elif mask & (_CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _DELETE | _CREATE):
                self._written.pop(path, None)
