"""versions.env has the versions of the tools. The copies that Go and Dockerfiles need agree with it."""

import re

import pytest

from dev.base import paths
from dev.base.versions import versions
from dev.ways.packages import plan

MODULES = {
    "kubernetes": ("k8s.io/kubernetes", "KUBERNETES_VERSION"),
    "minikube": ("k8s.io/minikube", "MINIKUBE_VERSION"),
    "tilt": ("github.com/tilt-dev/tilt", "TILT_VERSION"),
    "etcd": ("go.etcd.io/etcd/server/v3", "ETCD_VERSION"),
    "coredns": ("github.com/coredns/coredns", "COREDNS_VERSION"),
    "cri-dockerd": ("github.com/Mirantis/cri-dockerd", "CRI_DOCKERD_VERSION"),
    "metrics-server": ("sigs.k8s.io/metrics-server", "METRICS_SERVER_VERSION"),
    "kube-router": ("github.com/cloudnativelabs/kube-router/v2", "KUBE_ROUTER_VERSION"),
    "crictl": ("sigs.k8s.io/cri-tools", "CRICTL_VERSION"),
}


@pytest.mark.parametrize("name", MODULES)
def test_go_mod_agrees_with_the_pin(name: str) -> None:
    module, pin = MODULES[name]
    text = (paths.TOOLCHAIN / name / "go.mod").read_text()
    found = re.search(rf"^(?:require )?\t?{re.escape(module)} v(\S+)", text, re.MULTILINE)
    assert found and found[1] == versions()[pin]


def test_all_kubernetes_parts_have_one_version() -> None:
    text = (paths.TOOLCHAIN / "kubernetes" / "go.mod").read_text()
    staged = versions()["KUBERNETES_VERSION"].replace("1.", "0.", 1)
    assert set(re.findall(r"=> k8s\.io/\S+ v(\S+)", text)) == {staged}


def test_every_go_module_has_its_checksums() -> None:
    for file in paths.TOOLCHAIN.glob("*/go.mod"):
        if "require" in file.read_text() or "replace" in file.read_text():
            assert (file.parent / "go.sum").stat().st_size > 0, file


def test_no_version_is_in_the_code() -> None:
    pins = {
        value for name, value in versions().items() if name.endswith("_VERSION") and value.count(".") >= 2
    }
    for file in [*(paths.ROOT / "dev").rglob("*.py"), paths.ROOT / "Makefile"]:
        assert not [pin for pin in pins if pin in file.read_text()], file


def test_every_step_needs_only_what_comes_before_it() -> None:
    seen: set[str] = set()
    for step in plan.plan():
        assert seen.issuperset(step.needs), step.name
        seen.add(step.name)


def test_both_stand_in_images_have_the_same_postgresql() -> None:
    """The published image, and the one that is built from packages."""
    major = versions()["POSTGRES_MAJOR"]
    text = (paths.ROOT / "standins" / "postgres" / "Dockerfile").read_text()
    assert f"ARG POSTGRES_IMAGE=postgres:{major}-" in text
    assert set(re.findall(r"/usr/lib/postgresql/(\d+)/", text)) <= {major}
