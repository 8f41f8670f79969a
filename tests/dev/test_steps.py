"""Steps: built once, resumed after an interruption, rebuilt only when an input has changed."""

from pathlib import Path

import pytest

from dev.base import paths, steps
from dev.base.failure import Failure


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CACHE", "TOOLS", "BUILD", "LOGS"):
        monkeypatch.setattr(paths, name, tmp_path / name.lower() if name != "CACHE" else tmp_path)
    return tmp_path


class Recorder:
    """A build function that remembers its calls."""

    def __init__(self, *, fails: bool = False) -> None:
        self.calls = 0
        self.fails = fails

    def __call__(self, target: Path, log: Path, results: dict[str, Path]) -> None:
        self.calls += 1
        target.write_text("half")
        if self.fails:
            log.write_text("a reason\n")
            raise Failure("broken")
        target.write_text("whole" + "".join(sorted(results)))


def test_an_existing_result_is_not_built_again() -> None:
    build = Recorder()
    first = steps.run([steps.Step("tool", build)])
    second = steps.run([steps.Step("tool", build)])
    assert first == second
    assert first["tool"].read_text().startswith("whole")
    assert build.calls == 1


def test_a_changed_input_builds_a_new_result(tmp_path: Path) -> None:
    pin = tmp_path / "go.mod"
    pin.write_text("v1")
    old = steps.run([steps.Step("tool", Recorder(), inputs=(pin,))])["tool"]
    pin.write_text("v2")
    build = Recorder()
    assert steps.run([steps.Step("tool", build, inputs=(pin,))])["tool"] != old
    assert build.calls == 1


def test_a_changed_part_rebuilds_what_depends_on_it() -> None:
    def plan(pin: str) -> list[steps.Step]:
        return [
            steps.Step("part", Recorder(), inputs=(pin,)),
            steps.Step("whole", Recorder(), needs=("part",)),
        ]

    assert steps.keys(plan("1"))["whole"] != steps.keys(plan("2"))["whole"]


def test_a_failure_leaves_nothing_incomplete_and_the_rest_is_kept() -> None:
    good, bad = Recorder(), Recorder(fails=True)
    plan = [steps.Step("good", good), steps.Step("bad", bad, needs=("good",))]
    with pytest.raises(Failure, match="broken"):
        steps.run(plan)
    assert not [
        path for path in paths.TOOLS.iterdir() if path.name.startswith("bad") and path.suffix != ".partial"
    ]
    bad.fails = False
    results = steps.run(plan)
    assert results["bad"].read_text().startswith("whole")
    assert (good.calls, bad.calls) == (1, 2)
    assert not list(paths.TOOLS.glob("*.partial"))


def test_temporary_parts_are_removed_and_rebuilt_only_when_needed() -> None:
    part, whole = Recorder(), Recorder()
    plan = [steps.Step("part", part, keep=False), steps.Step("whole", whole, needs=("part",))]
    results = steps.run(plan)
    assert list(results) == ["whole"]
    assert [path.name.rpartition("-")[0] for path in paths.TOOLS.iterdir()] == ["whole"]
    steps.run(plan)
    assert (part.calls, whole.calls) == (1, 1)
    results["whole"].unlink()
    steps.run(plan)
    assert (part.calls, whole.calls) == (2, 2)


def test_build_caches_are_removed_at_the_end() -> None:
    def build(target: Path, _log: Path, _results: dict[str, Path]) -> None:
        (paths.BUILD / "go-build").mkdir(parents=True)
        target.write_text("x")

    steps.run([steps.Step("tool", build)])
    assert not paths.BUILD.exists()


def test_progress_names_number_time_and_log(capsys: pytest.CaptureFixture[str]) -> None:
    steps.run([steps.Step("first", Recorder()), steps.Step("second", Recorder())])
    said = capsys.readouterr().out
    assert "[1/2] first" in said and "[2/2] second" in said
    assert str(paths.LOGS / "first.log") in said
    assert set(steps.times()) == {"first", "second"}
