"""The steps of the `packages` way, in order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dev.base import apt, command, paths, steps
from dev.base.versions import versions
from dev.ways.packages import app_images, go, images, tilt

ENGINE = ["docker.io", "containerd", "runc", "iptables"]
HOST_PACKAGES = ["mmdebstrap", "gcc", "libc6-dev", "ca-certificates", "openssh-client", "conntrack", "socat"]

# longest first, so that no core idles at the end
SMALL_PROGRAMS = ("coredns", "cri-dockerd", "metrics-server", "kube-router", "crictl", "etcd")


@dataclass(frozen=True)
class Program:
    """A Go program: its folder below toolchain, its package and the variables that the linker sets."""

    module: str
    package: str
    variables: dict[str, str] = field(default_factory=dict)
    cgo: bool = False
    tags: str = ""

    def step(self, *, keep: bool) -> steps.Step:
        """The step that builds it."""
        flags = (repr(self), *go.OPTIONS)
        return steps.Step(self.module, self._build, inputs=(*_module(self.module), *flags), keep=keep)

    def _build(self, target: Path, log: Path, _results: dict[str, Path]) -> None:
        go.build(
            self.module, self.package, target, log, variables=self.variables, cgo=self.cgo, tags=self.tags
        )


def build() -> dict[str, Path]:
    """Build all tools and images that are missing; the results by step name. Raises Failure."""
    engine = [] if command.succeeds(["docker", "info"]) else ENGINE
    builders = [] if is_built() else HOST_PACKAGES
    apt.install([*engine, *builders])
    if builders:
        go.check()
    return steps.run(plan())


def is_built() -> bool:
    """Whether nothing is left to build, so that a machine or container without Go is enough."""
    hashes = steps.keys(plan())
    return all((paths.TOOLS / f"{step.name}-{hashes[step.name]}").exists() for step in plan() if step.keep)


def plan() -> list[steps.Step]:
    """All steps in starting order. A CPU-bound step runs next to one that mostly waits."""
    pins = versions()
    program = _programs(pins)
    app: tuple[str | Path, ...] = (repr(app_images.ENVIRONMENT), images.CERTIFICATES)
    return [
        steps.Step("oci-shim", _shim, inputs=_module("oci-shim")),
        program["kubernetes"].step(keep=True),
        _step("node-root", images.node_root, images.node_debian().key(), keep=False),
        _step("tilt-web", tilt.web, *_module("tilt"), pins["YARN_VERSION"], keep=False),
        _step("python-image", app_images.python, *app, app_images.python_root().key()),
        _step("nodejs-image", app_images.node, *app, app_images.node_root().key(), pins["NPM_VERSION"]),
        _step("postgres-image", app_images.postgres, *app, app_images.postgres_root().key()),
        _step("proxy-root", images.proxy_root, pins["APP_IMAGE_SUITE"], *images.PROXY_PACKAGES, keep=False),
        program["minikube"].step(keep=True),
        _step("tilt", tilt.program, *_module("tilt"), pins["TILT_VERSION"], needs=("tilt-web",)),
        *(program[name].step(keep=False) for name in SMALL_PROGRAMS),
        _step(
            "node-image",
            images.node,
            images.NODE,
            needs=("oci-shim", "minikube", "crictl", "cri-dockerd", "node-root"),
        ),
        _step(
            "kubernetes-images",
            images.kubernetes,
            images.IMAGES,
            pins["PAUSE_VERSION"],
            needs=("oci-shim", "kubernetes", "etcd", "coredns", "proxy-root"),
        ),
        _step("metrics-server-image", images.metrics_server, needs=("metrics-server",)),
        _step("kube-router-image", images.kube_router, needs=("kube-router", "proxy-root")),
    ]


def _programs(pins: dict[str, str]) -> dict[str, Program]:
    major, minor, _ = pins["KUBERNETES_VERSION"].split(".")
    kubernetes = {"gitVersion": "v" + pins["KUBERNETES_VERSION"], "gitMajor": major, "gitMinor": minor}
    minikube = {
        "version": "v" + pins["MINIKUBE_VERSION"],
        "storageProvisionerVersion": "v" + pins["STORAGE_PROVISIONER_VERSION"],
    }
    kube_router = "github.com/cloudnativelabs/kube-router/v2"
    programs = [
        Program("kubernetes", ".", _in("k8s.io/component-base/version", kubernetes)),
        Program(
            "minikube",
            "k8s.io/minikube/cmd/minikube",
            _in("k8s.io/minikube/pkg/version", minikube),
            cgo=True,
            tags="libvirt_dlopen",
        ),
        Program("cri-dockerd", "github.com/Mirantis/cri-dockerd"),
        Program("coredns", "github.com/coredns/coredns"),
        Program("crictl", "sigs.k8s.io/cri-tools/cmd/crictl"),
        Program("etcd", "go.etcd.io/etcd/server/v3"),
        Program(
            "metrics-server",
            "sigs.k8s.io/metrics-server/cmd/metrics-server",
            {"k8s.io/client-go/pkg/version.gitVersion": "v" + pins["METRICS_SERVER_VERSION"]},
        ),
        Program(
            "kube-router",
            f"{kube_router}/cmd/kube-router",
            {f"{kube_router}/pkg/version.Version": "v" + pins["KUBE_ROUTER_VERSION"]},
        ),
    ]
    return {program.module: program for program in programs}


def _in(package: str, variables: dict[str, str]) -> dict[str, str]:
    return {f"{package}.{name}": value for name, value in variables.items()}


def _step(
    name: str,
    build: Callable[[Path, Path, dict[str, Path]], None],
    *inputs: str | Path,
    needs: tuple[str, ...] = (),
    keep: bool = True,
) -> steps.Step:
    return steps.Step(name, build, needs=needs, inputs=inputs, keep=keep)


def _module(name: str) -> tuple[Path, ...]:
    """What a program is built of; the manifest that deploys it is none of it."""
    return tuple(file for file in sorted((paths.TOOLCHAIN / name).iterdir()) if file.suffix != ".yaml")


def _shim(target: Path, log: Path, _results: dict[str, Path]) -> None:
    """A folder with the shim in it, called runc, to be put in front of PATH."""
    target.mkdir()
    go.build("oci-shim", ".", target / "runc", log)
