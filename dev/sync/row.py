"""The row `synced` on the dashboard: when it has to be run again."""

import time
from collections.abc import Callable, Mapping

STARTING = 30.0  # seconds that pods may take to start before they count as missing

Verdict = Mapping[str, str]  # by pod: "equal", the differing paths, or why they are unknown


class Row:
    """`run` asks Tilt to run the row, False if it could not be asked."""

    def __init__(self, run: Callable[[], bool], now: Callable[[], float] = time.monotonic) -> None:
        self._run = run
        self._now = now
        self._shown: Verdict = {}
        self._before: Verdict = {}
        self._starting_since: float | None = None

    def forget(self) -> None:
        """The row shows something else by now."""
        self._shown = {}

    def look(self, verdict: Verdict) -> None:
        """Call it about every second.

        A verdict is shown once it has held for two checks, because a save in progress is not a difference. Pods that
        start are shown only if it takes them long: otherwise each start and each new image would be a failure.
        """
        held = verdict == self._before
        self._before = verdict
        if all(text == "equal" or text.endswith(" differ") for text in verdict.values()):
            self._starting_since = None
        elif self._starting_since is None:
            self._starting_since = self._now()
        if self._starting_since is not None and self._now() - self._starting_since < STARTING:
            return
        if held and verdict != self._shown and self._run():
            self._shown = verdict
