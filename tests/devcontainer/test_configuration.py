"""The reference tool reads both dev containers with the same environment, ports and requirements as elsewhere."""

import json
import os
import re
import shutil
import subprocess
import sys
from typing import Any

import pytest

from dev.base import catalogue, paths
from dev.commands import doctor
from dev.env import addresses, dotenv
from tests.devcontainer.reference import TOOL

OWN, HOST = ".devcontainer/devcontainer.json", ".devcontainer/host-engine/devcontainer.json"
HOME = "/home/somebody"
EXAMPLE = dotenv.load(paths.ROOT / ".env.example")
COMMANDS = (
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
)


def read(*arguments: str) -> dict[str, Any]:
    """The configuration as the tool reads it. No engine is contacted, because `true` stands in for docker."""
    command = [
        TOOL,
        "read-configuration",
        "--workspace-folder",
        paths.ROOT,
        "--docker-path",
        shutil.which("true"),
    ]
    done = subprocess.run(
        [*map(str, command), *arguments],
        env={**os.environ, "HOME": HOME},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module", params=[OWN, HOST])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def read_ones() -> dict[str, dict[str, Any]]:
    return {name: read("--config", str(paths.ROOT / name)) for name in (OWN, HOST)}


@pytest.fixture(scope="module")
def configuration(read_ones: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    found: dict[str, Any] = read_ones[name]["configuration"]
    return found


def test_tools_find_the_one_with_its_own_engine() -> None:
    assert read()["configuration"]["configFilePath"]["path"] == str(paths.ROOT / OWN)


def test_the_content_is_in_the_folder_devcontainer(configuration: dict[str, Any], name: str) -> None:
    folder = (paths.ROOT / name).parent
    build = configuration["build"]
    assert (folder / build["dockerfile"]).resolve() == paths.ROOT / "devcontainer" / "Dockerfile"
    assert (folder / build["context"]).resolve() == paths.ROOT


def test_programs_in_it_get_what_make_sets(
    configuration: dict[str, Any], read_ones: dict[str, dict[str, Any]], name: str
) -> None:
    """And therefore the variables that `.envrc` sets (test_envrc.py)."""
    folder = read_ones[name]["workspace"]["workspaceFolder"]
    variables = dict(configuration["containerEnv"])
    home = {"HOME": "/home/dev", "XDG_CACHE_HOME": variables.pop("XDG_CACHE_HOME", "")}
    program = "import json; from dev.base.environment import ours; print(json.dumps(ours()))"
    said = subprocess.run(
        [sys.executable, "-c", program],
        cwd=paths.ROOT,
        env={**os.environ, **home},
        capture_output=True,
        check=True,
    ).stdout
    ours = {key: value.replace(str(paths.ROOT), folder) for key, value in json.loads(said).items()}
    assert variables == {key: value for key, value in ours.items() if key != "PATH"}
    assert ours["PATH"].startswith(f"{folder}/.dev/bin:")
    assert configuration["remoteEnv"] == {"PATH": f"{folder}/.dev/bin:${{containerEnv:PATH}}"}


def test_the_ports_are_forwarded_with_names(read_ones: dict[str, dict[str, Any]]) -> None:
    found = read_ones[OWN]["configuration"]
    services = catalogue.services()
    pods = [services[name].port for name in ("ui", "api")]
    ours = [addresses.NODE_PORT, int(EXAMPLE["TILT_PORT"]), *pods]
    assert found["forwardPorts"] == ours == [30080, 10350, 3000, 8000]
    assert {port: found["portsAttributes"][str(port)]["label"] for port in ours} == {
        30080: "Todo",
        10350: "Tilt's dashboard",
        3000: "Todo (one pod)",
        8000: "Swagger (one pod)",
    }


def test_the_hosts_engine_shares_its_network_paths_and_cache(read_ones: dict[str, dict[str, Any]]) -> None:
    """So no port needs forwarding, and both sides use the same cluster."""
    found = read_ones[HOST]
    assert found["configuration"]["runArgs"] == ["--network=host"]
    assert found["workspace"]["workspaceFolder"] == str(paths.ROOT)
    cache = f"{HOME}/.cache/todo-dev"
    assert found["configuration"]["mounts"] == [f"source={cache},target={cache},type=bind"]
    assert "forwardPorts" not in found["configuration"]


def test_its_own_engine_shares_nothing_with_the_host(read_ones: dict[str, dict[str, Any]]) -> None:
    (mount,) = read_ones[OWN]["configuration"]["mounts"]
    assert mount == "source=todo-cache-${devcontainerId},target=/home/dev/.cache/todo-dev,type=volume"


def test_features_are_locked_by_digest_and_fetch_nothing_newest(
    configuration: dict[str, Any], name: str
) -> None:
    lock = json.loads((paths.ROOT / name).with_name("devcontainer-lock.json").read_text())["features"]
    assert lock.keys() == configuration["features"].keys()
    for feature, locked in lock.items():
        place, _, version = feature.rpartition(":")
        assert version == locked["version"]
        assert re.fullmatch("sha256:[0-9a-f]{64}", locked["integrity"])
        assert locked["resolved"] == f"{place}@{locked['integrity']}"
        options = configuration["features"][feature]
        assert options["version"] != "latest"
        assert (options["dockerDashComposeVersion"], options["installDockerBuildx"]) == ("none", False)


def test_nothing_but_make_up_starts_the_cluster(configuration: dict[str, Any]) -> None:
    commands = [configuration[name] for name in COMMANDS if name in configuration]
    assert "python3 -m dev dependencies" in commands
    assert not re.search(r"minikube|tilt|make|dev up|dev cluster", " ".join(commands))


def test_it_asks_for_the_machine_that_the_doctor_asks_for(configuration: dict[str, Any]) -> None:
    wanted = configuration["hostRequirements"]
    assert wanted["cpus"] >= doctor.NODE_CPUS
    assert wanted["memory"] == f"{doctor.MEMORY_GIB}gb"
    assert int(wanted["storage"].removesuffix("gb")) >= doctor.DISK_FIRST_GIB


def test_the_two_differ_in_the_engine_only(read_ones: dict[str, dict[str, Any]]) -> None:
    own, host = (read_ones[name]["configuration"] for name in (OWN, HOST))
    differing = {key for key in own.keys() | host.keys() if own.get(key) != host.get(key)}
    assert differing - {"configFilePath"} == {
        *("name", "build", "features", "mounts", "containerEnv", "remoteEnv"),
        *("forwardPorts", "portsAttributes"),
        *("runArgs", "initializeCommand", "workspaceMount", "workspaceFolder"),
    }
