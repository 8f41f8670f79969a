"""The parent's event loop, in one thread: messages from children, timers, signals."""

import sched
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterable
from typing import Any

from devserver.child import Channel


class Events:
    def __init__(self) -> None:
        self._selector = selectors.PollSelector()
        self._timers = sched.scheduler(time.monotonic)
        self._signals, self._wakeup = socket.socketpair()
        self._wakeup.setblocking(False)

    def turn(self) -> None:
        """Wait for the next event and handle all pending ones."""
        timeout = self._timers.run(blocking=False)
        ready = [key for key, _ in self._selector.select(timeout)]
        ready.sort(key=lambda key: key.fileobj is self._signals)  # a child's last report before its exit
        for key in ready:
            # An earlier handler may have closed the channel, and a new one may have its file descriptor.
            if self._selector.get_map().get(key.fd) is key:
                key.data()

    def on_message(self, channel: Channel, handle: Callable[[], None]) -> None:
        self._selector.register(channel, selectors.EVENT_READ, handle)

    def on_readable(self, end: socket.socket, handle: Callable[[], object]) -> None:
        self._selector.register(end, selectors.EVENT_READ, handle)

    def forget(self, channel: Channel | socket.socket) -> None:
        if channel in self._selector.get_map():
            self._selector.unregister(channel)

    def after(self, seconds: float, action: Callable[..., None], *arguments: Any) -> sched.Event:
        return self._timers.enter(seconds, 0, action, arguments)

    def cancel(self, event: sched.Event) -> None:
        """Not an error if it has already happened or was cancelled."""
        if event in self._timers.queue:
            self._timers.cancel(event)

    def on_signals(self, numbers: Iterable[signal.Signals], handle: Callable[[int], None]) -> None:
        """`handle` runs between other events, so it may do anything."""
        signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)
        for number in numbers:
            signal.signal(
                number, lambda *_: None
            )  # without a handler, Python writes nothing to the wake-up socket

        def handle_all() -> None:
            for number in self._signals.recv(4096):
                handle(number)

        self._selector.register(self._signals, selectors.EVENT_READ, handle_all)
