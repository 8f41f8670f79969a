"""The row `synced` on the dashboard shows what holds, and no start as a failure."""

import pytest

from dev.sync.row import STARTING, Row, Verdicts
from dev.sync.verdict import Verdict

EQUAL = {"api-1": Verdict.of([]), "ui-1": Verdict.of([])}
STARTS = {**EQUAL, "api-1": Verdict.unknown("PodInitializing")}
DIFFERENT = {**EQUAL, "api-1": Verdict.of(["app/main.py"])}


class Dashboard:
    """Counts the runs of the row. One call of `shows` is a second."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.runs = 0
        self.row = Row(self._run, lambda: self.seconds)

    def _run(self) -> bool:
        self.runs += 1
        return True

    def shows(self, verdicts: Verdicts, seconds: float = 3) -> int:
        """The runs while the verdicts hold for this long."""
        before = self.runs
        until = self.seconds + seconds
        while self.seconds < until:
            self.row.look(verdicts)
            self.seconds += 1
        return self.runs - before


@pytest.fixture
def dashboard() -> Dashboard:
    return Dashboard()


def test_a_verdict_runs_the_row_once(dashboard: Dashboard) -> None:
    assert dashboard.shows(EQUAL) == 1
    assert dashboard.shows(DIFFERENT) == 1
    assert dashboard.shows(EQUAL) == 1


def test_a_save_in_progress_is_not_shown(dashboard: Dashboard) -> None:
    dashboard.shows(EQUAL)
    assert dashboard.shows(DIFFERENT, seconds=1) == 0


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


def test_a_path_or_reason_is_not_mistaken_for_a_state(dashboard: Dashboard) -> None:
    """A reason may contain any words."""
    assert Verdict.unknown("equal") != Verdict.of([])
    dashboard.shows(EQUAL)
    unknown = {**EQUAL, "api-1": Verdict.unknown("the versions of client and server differ")}
    assert dashboard.shows(unknown, seconds=STARTING - 1) == 0


@pytest.mark.parametrize(
    ("differing", "text"),
    [
        ([], "equal"),
        (["app/main.py"], "app/main.py differs"),
        (["a", "b"], "a, b differ"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more differ"),
    ],
)
def test_a_verdict_prints_what_differs(differing: list[str], text: str) -> None:
    assert str(Verdict.of(differing)) == text
