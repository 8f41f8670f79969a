"""The part of the folder that belongs in a container. Files are compared by content. Times only avoid a second read."""

import hashlib
import os
import stat
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from dev.sync.entries import FOLDER, LINK, Listing
from dev.sync.ignore import Ignore

YOUNG_NS = 50_000_000
"""Seconds. A file changed this recently is read again, because two writes may have the same time."""

Mark = tuple[int, int, int, int, int]


class Folder:
    """The synced folders of one build context."""

    def __init__(self, context: Path, folders: Collection[str]) -> None:
        self._context = context
        self._folders = folders
        self._ignore: tuple[Mark | None, Ignore] = (None, Ignore(""))
        self._known: dict[str, tuple[Mark, str]] = {}
        self._listing: Listing = {}

    def path(self, name: str) -> Path:
        return self._context / name

    def scan(self, on_folder: Callable[[str], None] = lambda _: None, busy: Collection[str] = ()) -> Listing:
        """The current listing. An empty name among the folders stands for the whole context.

        `on_folder` is called with each folder before it is read. Files in `busy` (absolute paths) are being written, so
        they keep the entry of the last scan.
        """
        ignore = self._read_ignore()
        known: dict[str, tuple[Mark, str]] = {}
        listing: Listing = {}
        for name, entry in self._walk(ignore, on_folder):
            found = self._entry(name, entry, known)
            if entry.path in busy and entry.is_file(follow_symlinks=False):
                found = self._listing.get(name)
            if found is not None:
                listing[name] = found
        self._known, self._listing = known, listing
        return listing

    def _read_ignore(self) -> Ignore:
        try:
            mark = _mark(os.stat(self._context / ".dockerignore"))
        except OSError:
            return Ignore("")
        if self._ignore[0] != mark:
            self._ignore = mark, Ignore.of(self._context)
        return self._ignore[1]

    def _walk(
        self, ignore: Ignore, on_folder: Callable[[str], None]
    ) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
        waiting = list(self._folders)
        while waiting:
            folder = waiting.pop()
            on_folder(str(self._context / folder))
            try:
                with os.scandir(self._context / folder) as found:
                    entries = list(found)
            except OSError:
                continue  # deleted since it was listed
            for entry in entries:
                name = f"{folder}/{entry.name}" if folder else entry.name
                outside = ignore.excludes(name)
                if entry.is_dir(follow_symlinks=False) and not (outside and ignore.excludes_all_below(name)):
                    waiting.append(name)
                if not outside and _can_travel(name):
                    yield name, entry

    def _entry(self, name: str, entry: "os.DirEntry[str]", known: dict[str, tuple[Mark, str]]) -> str | None:
        """None if it no longer exists, or is neither a file, a link nor a folder."""
        try:
            status = entry.stat(follow_symlinks=False)
            mark = _mark(status)
            if self._known.get(name, (None,))[0] == mark:
                known[name] = self._known[name]
                return known[name][1]
            found = describe(entry.path, status)
        except OSError:
            return None
        if found and time.time_ns() - status.st_ctime_ns > YOUNG_NS:
            known[name] = mark, found
        return found


def describe(path: str, status: os.stat_result) -> str | None:
    """The entry of the file that `status` describes. Raises OSError if it is gone or not readable."""
    if stat.S_ISDIR(status.st_mode):
        return FOLDER
    if stat.S_ISLNK(status.st_mode):
        return LINK + os.readlink(path)
    if not stat.S_ISREG(status.st_mode):
        return None  # a socket or a pipe
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{stat.S_IMODE(status.st_mode) & 0o777:o} {digest}"


def _mark(status: os.stat_result) -> Mark:
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_mode


def _can_travel(name: str) -> bool:
    """False for a name that is not Unicode, because not every receiver could read it."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
