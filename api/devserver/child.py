"""A forked process, and the line between it and its parent: one JSON object per line over a socket pair.

The child learns from the line's end that it should go, whether its parent let go of it or died. Should it be
too busy to notice, the kernel kills it together with the parent: an orphan would keep the port.
"""

import contextlib
import ctypes
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Message = dict[str, Any]

_PR_SET_PDEATHSIG = 1
# Looked up before the first fork: a child should do as little as possible while it may become an orphan.
_prctl = ctypes.CDLL(None, use_errno=True).prctl


class Line:
    """One end of the line."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._received = b""

    def fileno(self) -> int:
        return self._end.fileno()

    def send(self, **message: Any) -> None:
        """A peer that has gone is no error here: its end is noticed where it is waited for."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._end.sendall(json.dumps(message).encode() + b"\n")

    def receive(self) -> list[Message] | None:
        """The messages complete by now, after waiting for some bytes; None once the peer has let go."""
        try:
            received = self._end.recv(1 << 16)
        except ConnectionResetError:
            received = b""
        if not received:
            return None
        *complete, self._received = (self._received + received).split(b"\n")
        return [json.loads(each) for each in complete]

    def wait(self) -> Message | None:
        """The next message, however long it takes; None once the peer has let go. One at a time is sent here."""
        while (messages := self.receive()) == []:
            pass
        return messages[0] if messages else None

    def close(self) -> None:
        self._end.close()


@dataclass(frozen=True)
class Child:
    """The parent's view."""

    pid: int
    line: Line


def fork(role: Callable[[Line], int], strangers: Iterable[Line]) -> Child:
    """Run `role` in a fork; it ends with the status that `role` returns.

    `strangers` are the parent's ends of other lines: a child that held one would hide the parent's death.
    """
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    if pid := os.fork():
        theirs.close()
        return Child(pid, Line(ours))
    status = 1
    try:
        _belong_to(parent)
        ours.close()
        for stranger in strangers:
            stranger.close()
        status = role(Line(theirs))
    except BaseException:
        traceback.print_exc()
    finally:
        # Not sys.exit: taking a large interpreter apart costs the time that the next one needs.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _belong_to(parent: int) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl+C reaches the whole group; the parent ends its children
    if _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:  # it died in between
        os._exit(1)


def ending(status: int) -> str:
    """How a child ended, in words, from what waitpid() says."""
    code = os.waitstatus_to_exitcode(status)
    return f"ended with status {code}" if code >= 0 else f"was killed by {signal.Signals(-code).name}"
