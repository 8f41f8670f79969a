"""The cluster's questions to a way to the tools, answered by Release and by Packages."""

from pathlib import Path

import pytest

from dev.base import paths
from dev.base.versions import versions
from dev.ways.packages.way import Packages
from dev.ways.release import Release
from dev.ways.way import Way
from tests.dev.conftest import put


@pytest.fixture
def asked(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which a `docker` without images records its arguments."""
    monkeypatch.setattr(paths, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(paths, "MINIKUBE_HOME", tmp_path / "minikube")
    put(programs, "docker", f"""echo "$*" >> '{programs}/asked'; [ "$2" != inspect ]""")
    return programs / "asked"


@pytest.fixture
def packages(tmp_path: Path) -> Packages:
    """The way with results that were never built."""
    way = Packages()
    names = (
        "kubernetes",
        "node-image",
        "python-image",
        "nodejs-image",
        "postgres-image",
        "kube-router-image",
    )
    way.results = {name: tmp_path / f"{name}-1a2b3c" for name in names}
    for file in way.results.values():
        file.touch()
    way.results["kubernetes-images"] = tmp_path / "kubernetes-images-1a2b3c"
    (way.results["kubernetes-images"] / "coredns").mkdir(parents=True)
    (way.results["kubernetes-images"] / "coredns" / "coredns_v1").touch()
    return way


def test_packages_imports_every_base_image_under_the_tag_that_the_settings_name(
    asked: Path, packages: Packages
) -> None:
    packages.load_into({"PATH": str(asked.parent)})
    imported = [line.split()[-1] for line in asked.read_text().splitlines() if line.startswith("import ")]
    assert imported == list(packages.app_images().values())
    assert packages.app_images()["python"] == "local/todo-python:1a2b3c"


def test_packages_starts_from_files_and_pulls_nothing(asked: Path, packages: Packages) -> None:
    packages.load_before_start()
    assert "--base-image=local/todo-node:1a2b3c" in packages.start_options()
    assert "--install-addons=false" in packages.start_options()
    assert any(line.startswith("load --input") for line in asked.read_text().splitlines())
    cache = paths.MINIKUBE_HOME / ".minikube" / "cache"
    version = f"v{versions()['KUBERNETES_VERSION']}"
    for binary in ("kubeadm", "kubelet", "kubectl"):
        assert (cache / "linux" / "amd64" / version / binary).samefile(packages.results["kubernetes"])
    assert (cache / "images" / "amd64" / "registry.k8s.io" / "coredns" / "coredns_v1").exists()


def test_packages_imports_an_addon_with_its_program(asked: Path, packages: Packages) -> None:
    assert packages.addon_image("kube-router", {"PATH": str(asked.parent)}) == "local/todo-kube-router:1a2b3c"
    assert '--change=ENTRYPOINT ["/usr/local/bin/kube-router"]' in asked.read_text()


def test_release_leaves_images_to_minikube_and_docker(asked: Path) -> None:
    way: Way = Release()
    way.load_before_start()
    way.load_into({})
    assert not asked.exists()
    assert (way.shim(), dict(way.app_images()), list(way.start_options())) == (None, {}, [])
    version = versions()["KUBE_ROUTER_VERSION"]
    assert way.addon_image("kube-router", {}) == f"cloudnativelabs/kube-router:v{version}"
