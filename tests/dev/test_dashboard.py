"""The actions of the dashboard's buttons, without a cluster."""

from pathlib import Path

import pytest

from dev.base import paths
from dev.base.failure import Failure
from dev.dashboard import account, data, migration, profile


def test_the_flame_graph_shows_shares_and_escapes_names() -> None:
    whole = profile.read("main;work 750\nmain;<lambda> 250\n")
    assert (whole.spent, whole.called["main"].called["work"].spent) == (1000, 750)
    page = profile.draw(whole)
    assert "width:75.000%" in page
    assert "&lt;lambda&gt;" in page and "<lambda>" not in page


def test_an_idle_pod_is_drawn_too() -> None:
    assert "used no CPU time" in profile.draw(profile.read(""))


@pytest.mark.parametrize("name", ["", "../secret", "a/b", ".hidden"])
def test_a_snapshot_stays_in_its_folder(name: str) -> None:
    with pytest.raises(Failure, match="cannot be called"):
        data.restore(name)


def test_an_unknown_snapshot_lists_the_known_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "monday.dump").touch()
    monkeypatch.setattr(data, "SNAPSHOTS", tmp_path)
    with pytest.raises(Failure) as failure:
        data.restore("tuesday")
    assert failure.value.remedy == "choose one of these: monday"


@pytest.mark.parametrize("count", ["0", "many", "1001", "-1"])
def test_a_number_of_tasks_that_cannot_be_seeded_is_refused(count: str) -> None:
    with pytest.raises(Failure, match="cannot seed"):
        account.seed(count)


def test_a_new_migration_takes_the_next_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0006_tags.py").touch()
    monkeypatch.setattr(migration, "VERSIONS", tmp_path)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    asked: list[str] = []

    def kubectl(words: list[str]) -> bytes:
        asked.extend(words)
        return b"# generated\n"

    monkeypatch.setattr(migration, "kubectl", kubectl)
    migration.new("Add due-date!")
    assert (tmp_path / "0007_add_due_date.py").read_text() == "# generated\n"
    assert asked[-2:] == ["0007", "Add due-date!"]
