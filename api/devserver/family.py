"""All children of this process: forked, listened to, sent away, and waited for when they have ended."""

import os
import signal
from collections.abc import Callable

from devserver.child import Child, Line, fork
from devserver.events import Events


class Family:
    def __init__(self, events: Events) -> None:
        self._events = events
        self._children: dict[int, Child] = {}
        self._leaving: set[int] = set()

    def fork(self, role: Callable[[Line], int]) -> Child:
        strangers = [child.line for child in self._children.values() if child.pid not in self._leaving]
        child = fork(role, strangers)
        self._children[child.pid] = child
        return child

    def listen(self, child: Child, handle: Callable[[], None]) -> None:
        self._events.on_message(child.line, handle)

    def send_away(self, child: Child, grace: float) -> None:
        """Let go of the child; it is killed after `grace` seconds. Its end will be no news."""
        if child.pid not in self._children or child.pid in self._leaving:
            return
        self._leaving.add(child.pid)
        self._events.forget(child.line)
        child.line.close()
        if grace:
            self._events.after(grace, self._kill, child)
        else:
            self._kill(child)

    def send_all_away(self, grace: float) -> None:
        for child in list(self._children.values()):
            self.send_away(child, grace)

    def kill_all(self) -> None:
        for child in list(self._children.values()):
            self._kill(child)

    def bury(self) -> dict[int, int]:
        """Wait for whoever has ended; pid and status of those who were not sent away."""
        unasked = {}
        while pid_and_status := _next_ended():
            pid, status = pid_and_status
            child = self._children.pop(pid, None)
            # As process 1 of a container this one inherits orphans, too.
            if child and pid not in self._leaving:
                unasked[pid] = status
                self._events.forget(child.line)
                child.line.close()
            self._leaving.discard(pid)
        return unasked

    def __len__(self) -> int:
        return len(self._children)

    def _kill(self, child: Child) -> None:
        """Unless it has ended: its number may by now be another process's."""
        if self._children.get(child.pid) is child:
            os.kill(child.pid, signal.SIGKILL)


def _next_ended() -> tuple[int, int] | None:
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:  # none at all
        return None
    return (pid, status) if pid else None
