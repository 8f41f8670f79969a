"""`services.toml` agrees with the files it names. No part of a new service is forgotten, none of an old one is left."""

import re
import subprocess
from pathlib import Path

import pytest

from dev.base import catalogue
from dev.base.failure import Failure
from dev.commands.suites import DOCKERFILES
from dev.env.keys import KEYS
from tests.manifests.render import PLAIN, ROOT, containers, documents, pod_specs

SERVICES = catalogue.services()
OF_ALL_STAND_INS = {"standins/namespace.yaml", "standins/network-policy.yaml"}
OTHER_DOCKERFILES = ("devcontainer/", "toolchain/")


@pytest.mark.parametrize("name", SERVICES)
def test_what_an_entry_names_exists(name: str) -> None:
    service = SERVICES[name]
    synced = tuple(folder["from"] for folder in service.sync)
    for path in (f"{service.folder}/Dockerfile", f"{service.folder}/.dockerignore", *service.manifests):
        assert (ROOT / path).is_file(), f"{path}, named by [{name}], is missing"
    for path in (*synced, *service.rebuild):
        assert (ROOT / path).exists(), f"{path}, named by [{name}], is missing"
        assert path.startswith(f"{service.folder}/"), f"{path} is outside of [{name}]'s build context"
    assert {key for key in (service.replaces, service.port_key) if key} <= KEYS.keys()


@pytest.mark.parametrize("name", SERVICES)
def test_a_dockerfile_has_the_stage_the_base_and_the_folders_of_its_entry(name: str) -> None:
    service = SERVICES[name]
    dockerfile = (ROOT / service.folder / "Dockerfile").read_text()
    assert re.search(rf"^ARG {service.base['argument']}=", dockerfile, re.MULTILINE)
    assert not service.target or re.search(rf" AS {service.target}$", dockerfile, re.MULTILINE)
    assert service.base["image"] in {"python", "node", "postgres"}  # the tools provide these
    for folder in service.sync:
        assert folder["to"].startswith("/app/")
        assert f"ln -s /app {catalogue.TILT}\n" in dockerfile


@pytest.mark.parametrize("name", SERVICES)
def test_the_manifests_of_an_entry_run_its_image_on_its_port(name: str) -> None:
    service = SERVICES[name]
    pods = [pod for place in service.manifests for pod in pod_specs(place).values()]
    found = [container for pod in pods for container in containers(pod)]
    assert {container["image"].removesuffix(":latest") for container in found} == {service.image}
    ports = {port["containerPort"] for container in found for port in container.get("ports", [])}
    assert not service.port or service.port in ports


def test_every_manifest_belongs_to_an_entry() -> None:
    named = {place for service in SERVICES.values() for place in service.manifests}
    assert set(PLAIN) - OF_ALL_STAND_INS == named


def test_every_image_of_ours_has_an_entry() -> None:
    used = {
        container["image"].partition(":")[0]
        for place in (*PLAIN, "deploy/overlays/dev")
        if any(document["kind"] == "Deployment" for document in documents(place))
        for pod in pod_specs(place).values()
        for container in containers(pod)
    }
    ours = {image for image in used if image.startswith("todo-")}
    assert ours == {service.image for service in SERVICES.values()}


def test_every_dockerfile_belongs_to_an_entry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    folders = {Path(file).parent.as_posix() for file in listed if not file.startswith(OTHER_DOCKERFILES)}
    assert folders == {service.folder for service in SERVICES.values()}
    assert {f"{folder}/Dockerfile" for folder in folders} <= set(DOCKERFILES)  # hadolint reads them


@pytest.mark.parametrize("name", SERVICES)
def test_every_entry_has_a_paragraph_in_the_tiltfile(name: str) -> None:
    function = "stand_in" if SERVICES[name].replaces else "service"
    paragraph = re.compile(rf"^{function}\([^']*'{name}',", re.MULTILINE)
    assert paragraph.search((ROOT / "Tiltfile").read_text()), f"the Tiltfile has no {function}('{name}', …)"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[new\n", "is not TOML"),
        ('[new]\nimage = "todo-new"\n', "missing 3 required positional arguments: 'folder', 'base', and"),
        ('[new]\nimge = "todo-new"\n', "got an unexpected keyword argument 'imge'"),
    ],
)
def test_a_damaged_entry_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "services.toml").write_text(text)
    with pytest.raises(Failure) as failure:
        catalogue.services(tmp_path / "services.toml")
    assert "services.toml" in str(failure.value)
    assert complaint in str(failure.value)
