"""All children of this process: forked, listened to, stopped, and reaped when they have exited."""

import os
import signal
from collections.abc import Callable

from devserver.child import Channel, Child, fork
from devserver.events import Events


class Children:
    def __init__(self, events: Events) -> None:
        self._events = events
        self._children: dict[int, Child] = {}
        self._stopping: set[int] = set()

    def fork(self, role: Callable[[Channel], int]) -> Child:
        running = (child for child in self._children.values() if child.pid not in self._stopping)
        child = fork(role, [child.channel for child in running])
        self._children[child.pid] = child
        return child

    def listen(self, child: Child, handle: Callable[[], None]) -> None:
        self._events.on_message(child.channel, handle)

    def stop(self, child: Child, grace: float) -> None:
        """Close the child's channel, and kill the child after `grace` seconds. `reap` does not report it."""
        if child.pid not in self._children or child.pid in self._stopping:
            return
        self._stopping.add(child.pid)
        self._events.forget(child.channel)
        child.channel.close()
        if grace:
            self._events.after(grace, self._kill, child)
        else:
            self._kill(child)

    def stop_all(self, grace: float) -> None:
        for child in list(self._children.values()):
            self.stop(child, grace)

    def kill_all(self) -> None:
        for child in list(self._children.values()):
            self._kill(child)

    def reap(self) -> dict[int, int]:
        """Reap the children that have exited. Returns pid and status of those that were not stopped."""
        unexpected = {}
        while pid_and_status := _next_exited():
            pid, status = pid_and_status
            child = self._children.pop(pid, None)
            # As process 1 of a container, this one inherits orphans too.
            if child and pid not in self._stopping:
                unexpected[pid] = status
                self._events.forget(child.channel)
                child.channel.close()
            self._stopping.discard(pid)
        return unexpected

    def __len__(self) -> int:
        return len(self._children)

    def _kill(self, child: Child) -> None:
        """Kill it unless it has been reaped, because another process may have its pid by now."""
        if self._children.get(child.pid) is child:
            os.kill(child.pid, signal.SIGKILL)


def _next_exited() -> tuple[int, int] | None:
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:  # no children
        return None
    return (pid, status) if pid else None
