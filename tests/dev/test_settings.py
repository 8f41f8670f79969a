"""The Tiltfile's settings: base images from the tools' state, stand-ins from `.env`, no secret."""

import json
from pathlib import Path

import pytest

from dev.base import paths
from dev.base.failure import Failure
from dev.cluster import minikube
from dev.commands.settings import forwarded_hosts, main, settings

KEY = "gsk_canary0123456789abcdef"
URL = "postgresql://u:canary@host.example/db?sslmode=require"


def test_without_our_tools_the_dockerfiles_defaults_apply(tmp_path: Path) -> None:
    found = settings({}, tmp_path)
    assert {each["image"]: each["build_args"] for each in found["services"].values()} == {
        "todo-backend": {},
        "todo-frontend": {},
        "todo-postgres": {},
        "todo-groq": {},
    }


def test_base_images_of_the_tools_become_build_arguments(tmp_path: Path) -> None:
    images = {
        "python": "local/todo-python:1",
        "node": "local/todo-node:2",
        "postgres": "local/todo-postgres:3",
    }
    (tmp_path / "tools.json").write_text(json.dumps({"way": "packages", "images": images}))
    found = settings({}, tmp_path)
    assert {each["image"]: each["build_args"] for each in found["services"].values()} == {
        "todo-backend": {"PYTHON_IMAGE": "local/todo-python:1"},
        "todo-frontend": {"NODE_IMAGE": "local/todo-node:2"},
        "todo-postgres": {"POSTGRES_IMAGE": "local/todo-postgres:3"},
        "todo-groq": {"PYTHON_IMAGE": "local/todo-python:1"},
    }


def test_a_damaged_state_names_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "tools.json").write_text("{")
    with pytest.raises(Failure) as caught:
        settings({}, tmp_path)
    assert caught.value.remedy == f"rm {tmp_path / 'tools.json'} && make up"


def test_ports(tmp_path: Path) -> None:
    def ports(values: dict[str, str]) -> tuple[int, int, int]:
        found = settings(values, tmp_path)
        api, ui = (found["services"][name]["local_port"] for name in ("api", "ui"))
        return api, ui, found["dashboard"]

    assert ports({}) == (8000, 3000, 10350)
    assert ports({"UI_PORT": "3001", "TILT_PORT": "10351"}) == (8000, 3001, 10351)


@pytest.fixture(autouse=True)
def no_cluster(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """minikube's record of our cluster: none, until a test writes it."""
    monkeypatch.setattr(paths, "MINIKUBE_HOME", tmp_path_factory.mktemp("minikube"))
    minikube.config_file().parent.mkdir(parents=True)
    return minikube.config_file()


def origins(values: dict[str, str], state: Path) -> list[str]:
    found: str = settings(values, state)["config_maps"]["frontend-machine"]["ALLOWED_DEV_ORIGINS"]
    return found.split(",")


def test_the_page_works_by_the_nodes_address(tmp_path: Path, no_cluster: Path) -> None:
    assert origins({}, tmp_path) == ["localhost", "127.0.0.1"]
    no_cluster.write_text(json.dumps({"Nodes": [{"Name": "", "IP": "192.168.49.2"}]}))
    assert origins({}, tmp_path) == ["localhost", "127.0.0.1", "192.168.49.2"]


def test_custom_host_names_for_the_page(tmp_path: Path) -> None:
    found = origins({"ALLOWED_DEV_ORIGINS": "todo.test,*.example.com"}, tmp_path)
    assert found[2:] == ["todo.test", "*.example.com"]


def test_custom_public_variables_reach_the_frontend_and_replace_its_pods(tmp_path: Path) -> None:
    before = settings({}, tmp_path)
    after = settings({"NEXT_PUBLIC_GREETING": "hello"}, tmp_path)
    assert after["config_maps"]["frontend-machine"]["NEXT_PUBLIC_GREETING"] == "hello"
    assert "NEXT_PUBLIC_GREETING" not in after["config_maps"]["backend-machine"]
    assert before["checksums"]["frontend-machine"] != after["checksums"]["frontend-machine"]


CODESPACE = {
    "CODESPACE_NAME": "fuzzy-disco-x5",
    "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "app.example.dev",
}


def test_the_hosts_of_a_codespace_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CODESPACE.items():
        monkeypatch.setenv(name, value)
    own = "localhost,127.0.0.1,fuzzy-disco-x5-30080.app.example.dev,fuzzy-disco-x5-"
    for values, port in (({}, 3000), ({"UI_PORT": "3001"}, 3001)):
        hosts = ",".join(origins(values, tmp_path))
        assert hosts == f"{own}{port}.app.example.dev"


@pytest.mark.parametrize("absent", CODESPACE)
def test_elsewhere_nothing_else_is_trusted(absent: str) -> None:
    assert forwarded_hosts([30080], {**CODESPACE, absent: ""}) == []
    assert forwarded_hosts([30080], {}) == []


def test_a_real_service_replaces_its_stand_in(tmp_path: Path) -> None:
    assert settings({}, tmp_path)["standins"] == ["database", "assistant"]
    assert settings({"DATABASE_URL": URL}, tmp_path)["standins"] == ["assistant"]
    assert settings({"GROQ_API_KEY": KEY}, tmp_path)["standins"] == ["database"]
    assert settings({"DATABASE_URL": URL, "GROQ_API_KEY": KEY}, tmp_path)["standins"] == []


def test_no_secret_is_among_them(tmp_path: Path) -> None:
    printed = json.dumps(settings({"GROQ_API_KEY": KEY, "JWT_SECRET": "canary" * 6}, tmp_path))
    assert "canary" not in printed
    for state in tmp_path.iterdir():
        assert state.read_text() not in printed


def test_teardown_covers_everything_and_needs_no_env(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text("broken")
    monkeypatch.setattr("dev.env.dotenv.load.__defaults__", (tmp_path / ".env",))
    assert main(["--teardown"]) == 0
    assert json.loads(capsys.readouterr().out)["standins"] == ["database", "assistant"]
    with pytest.raises(Failure):
        main([])
