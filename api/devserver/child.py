"""A forked process, and the channel between it and its parent: JSON messages over a socket pair, one a line.

When the channel closes, the child exits: its parent has stopped it or has died. If the child is too busy to notice,
the kernel kills it together with the parent, because an orphan would keep the port.
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
from typing import Any, Literal

Message = dict[str, Any]
Order = Literal["load", "answer"]
"""What a worker is asked to do: load and serve the application, or answer with an error page."""
Report = Literal["paused", "stale", "ready", "serving", "failed", "crashed"]
"""What a worker reports about its application."""

_PR_SET_PDEATHSIG = 1
# Looked up before the first fork: a child should do as little as possible while it may become an orphan.
_prctl = ctypes.CDLL(None, use_errno=True).prctl


class Channel:
    """One end of it."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._received = b""

    def fileno(self) -> int:
        return self._end.fileno()

    def send(self, **message: Any) -> None:
        """Not an error if the peer has exited, which the parent notices elsewhere."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._end.sendall(json.dumps(message).encode() + b"\n")

    def receive(self) -> list[Message] | None:
        """Wait for some bytes and return the complete messages; None once the peer has closed."""
        try:
            received = self._end.recv(1 << 16)
        except ConnectionResetError:
            received = b""
        if not received:
            return None
        *complete, self._received = (self._received + received).split(b"\n")
        return [json.loads(each) for each in complete]

    def wait(self) -> Message | None:
        """Block until the next message; None once the peer has closed. The parent sends one at a time."""
        while (messages := self.receive()) == []:
            pass
        return messages[0] if messages else None

    def close(self) -> None:
        self._end.close()


@dataclass(frozen=True)
class Child:
    """The parent's view."""

    pid: int
    channel: Channel

    def order(self, do: Order, **details: Any) -> None:
        self.channel.send(do=do, **details)


def fork(role: Callable[[Channel], int], other_channels: Iterable[Channel]) -> Child:
    """Run `role` in a fork, which exits with the status that `role` returns.

    `other_channels` are the parent's ends of its other children's channels. The fork closes them. Otherwise
    those children would not notice the parent's death.
    """
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    if pid := os.fork():
        theirs.close()
        return Child(pid, Channel(ours))
    status = 1
    try:
        _bind_to(parent)
        ours.close()
        for channel in other_channels:
            channel.close()
        status = role(Channel(theirs))
    except BaseException:
        traceback.print_exc()
    finally:
        # Not sys.exit: tearing down a large interpreter costs CPU time that the next worker needs.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _bind_to(parent: int) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Ctrl+C reaches the whole process group; the parent stops its children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:  # the parent died meanwhile
        os._exit(1)


def ending(status: int) -> str:
    """How a child exited, in words, from the status of waitpid()."""
    code = os.waitstatus_to_exitcode(status)
    return f"ended with status {code}" if code >= 0 else f"was killed by {signal.Signals(-code).name}"
