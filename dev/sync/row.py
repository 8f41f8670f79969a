"""The row `synced` on the dashboard: when it has to be run again."""

import time
from collections.abc import Callable, Mapping

from dev.sync.verdict import State, Verdict

HELD = 0.5  # seconds that a verdict must hold, so two checks: a save in progress is not a difference
STARTING = 30.0  # seconds that pods may take to start before they count as missing

Verdicts = Mapping[str, Verdict]  # by pod


class Row:
    """`run` asks Tilt to run the row, False if it could not be asked. `held` is in seconds."""

    def __init__(
        self, run: Callable[[], bool], now: Callable[[], float] = time.monotonic, held: float = HELD
    ) -> None:
        self._run = run
        self._held = held
        self._now = now
        self._shown: Verdicts = {}
        self._before: Verdicts = {}
        self._since = 0.0
        self._starting_since: float | None = None

    def forget(self) -> None:
        """The row shows something else by now."""
        self._shown = {}

    def look(self, verdicts: Verdicts) -> None:
        """Call it about every second.

        Verdicts are shown once they have held. Pods that start are shown only if it takes them long: otherwise each
        start and each new image would be a failure.
        """
        now = self._now()
        if verdicts != self._before:
            self._before, self._since = verdicts, now
        if all(verdict.state is not State.UNKNOWN for verdict in verdicts.values()):
            self._starting_since = None
        elif self._starting_since is None:
            self._starting_since = now
        if self._starting_since is not None and now - self._starting_since < STARTING:
            return
        if now - self._since >= self._held and verdicts != self._shown and self._run():
            self._shown = verdicts
