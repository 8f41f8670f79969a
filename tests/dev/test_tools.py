"""The choice between the two ways, the doctor's view of ports, and the report of a failed command."""

import socket
from pathlib import Path

import pytest

from dev.base import command, paths, ports
from dev.base.failure import Failure
from dev.ways import choose


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "STATE", tmp_path / "state")
    monkeypatch.delenv("TODO_TOOLS", raising=False)


def test_the_way_can_be_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TODO_TOOLS", "release")
    way, reason = choose.choose()
    assert (way.name, reason) == ("release", "TODO_TOOLS says so")


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(Failure, match="neither release nor packages"):
        choose.choose("brew")


def test_a_site_that_does_not_answer_means_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound but not listening: refuses
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        monkeypatch.setattr(choose, "PROBES", (url,))
        way, reason = choose.choose()
        assert (way.name, reason) == ("packages", f"{url} does not answer")


def test_an_earlier_choice_stays() -> None:
    paths.STATE.mkdir()
    (paths.STATE / "tools.json").write_text('{"way": "release"}')
    assert choose.choose()[0].name == "release"
    choose.forget()
    assert choose.state() == {}


def test_the_owner_of_a_port_is_found() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert not ports.is_free(port)
        owner = ports.owner(port)
        assert owner.name.startswith(("python", "pytest")) and owner.folder == Path.cwd()
    assert ports.is_free(port)


def test_a_failed_command_shows_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    with pytest.raises(Failure) as caught:
        command.run(["sh", "-c", "echo one; echo two >&2; exit 3"], log)
    assert (
        "ended with 3" in str(caught.value) and "two" in str(caught.value) and str(log) in str(caught.value)
    )


def test_a_missing_program_is_a_failure_not_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="no-such-program is not installed"):
        command.run(["no-such-program"], tmp_path / "x.log")
