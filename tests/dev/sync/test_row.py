"""The row `synced` on the dashboard shows what holds, and no start as a failure."""

import pytest

from dev.sync.row import STARTING, Row

EQUAL = {"api-1": "equal", "ui-1": "equal"}
STARTS = {"api-1": "PodInitializing", "ui-1": "equal"}


class Dashboard:
    """Counts the runs of the row. One call of `shows` is a second."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.runs = 0
        self.row = Row(self._run, lambda: self.seconds)

    def _run(self) -> bool:
        self.runs += 1
        return True

    def shows(self, verdict: dict[str, str], seconds: float = 3) -> int:
        """The runs while the verdict holds for this long."""
        before = self.runs
        until = self.seconds + seconds
        while self.seconds < until:
            self.row.look(verdict)
            self.seconds += 1
        return self.runs - before


@pytest.fixture
def dashboard() -> Dashboard:
    return Dashboard()


def test_a_verdict_runs_the_row_once(dashboard: Dashboard) -> None:
    assert dashboard.shows(EQUAL) == 1
    assert dashboard.shows({**EQUAL, "api-1": "app/main.py differ"}) == 1
    assert dashboard.shows(EQUAL) == 1


def test_a_save_in_progress_is_not_shown(dashboard: Dashboard) -> None:
    dashboard.shows(EQUAL)
    assert dashboard.shows({**EQUAL, "api-1": "app/main.py differ"}, seconds=1) == 0


def test_a_rolling_restart_leaves_the_row_green(dashboard: Dashboard) -> None:
    dashboard.shows(EQUAL)
    assert dashboard.shows(STARTS, seconds=STARTING - 1) == 0
    assert dashboard.shows(EQUAL) == 0


def test_a_pod_that_does_not_start_is_shown(dashboard: Dashboard) -> None:
    dashboard.shows(EQUAL)
    assert dashboard.shows(STARTS, seconds=STARTING + 3) == 1


def test_a_verdict_is_shown_again_after_a_silence(dashboard: Dashboard) -> None:
    dashboard.shows(EQUAL)
    dashboard.row.forget()
    assert dashboard.shows(EQUAL) == 1
