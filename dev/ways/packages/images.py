"""Builds the cluster's container images: minikube's node, and the images that kubeadm starts in it."""

import contextlib
import os
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from dev.base import command, engine, paths
from dev.base.versions import versions
from dev.ways.packages import go
from dev.ways.packages.debian import RootFileSystem, listed

NODE = paths.TOOLCHAIN / "node-image"
IMAGES = paths.TOOLCHAIN / "images"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
ADDONS = {  # the programs' paths in their images
    "metrics-server": "/metrics-server",
    "kube-router": "/usr/local/bin/kube-router",
}
PROXY_PACKAGES = ("iptables", "ipset", "conntrack", "iproute2", "kmod")
REGISTRY = "registry.k8s.io"  # kubeadm expects these names; nothing is fetched from there


def node_debian() -> RootFileSystem:
    """The node's Debian: an older systemd, which still runs on cgroup v1, and a newer Docker."""
    pins = versions()
    packages, newer = listed(NODE / "packages.txt"), listed(NODE / "packages-newer.txt")
    return RootFileSystem(pins["NODE_IMAGE_SUITE"], tuple(packages), pins["NEWER_SUITE"], tuple(newer))


def node_root(target: Path, log: Path, _results: dict[str, Path]) -> None:
    """A tar of the node's Debian."""
    node_debian().write(target, log)


def proxy_root(target: Path, log: Path, _results: dict[str, Path]) -> None:
    """A small Debian with the programs that kube-proxy and kube-router call."""
    RootFileSystem(versions()["APP_IMAGE_SUITE"], PROXY_PACKAGES).write(target, log)


def node(target: Path, log: Path, results: dict[str, Path]) -> None:
    """`docker save` of minikube's node image, tagged `local/todo-node:latest`."""
    context = _context("node", NODE / "Dockerfile")
    minikube = go.source("minikube", "k8s.io/minikube") / "deploy" / "kicbase"
    units = go.source("cri-dockerd", "github.com/Mirantis/cri-dockerd") / "packaging" / "systemd"
    kicbase = [minikube / name for name in ("entrypoint", "10-network-security.conf", "containerd.toml")]
    _copy([*kicbase, units / "cri-docker.service", units / "cri-docker.socket"], context / "files")
    for name in ("cri-dockerd", "crictl"):
        _place(results[name], context / "bin" / name)
    _place(results["oci-shim"] / "runc", context / "bin" / "runc")
    with _imported(results["node-root"], "node-root", results, log) as root:
        _build(context, ["local/todo-node:latest"], target, results, log, ROOTFS=root)


def kubernetes(target: Path, log: Path, results: dict[str, Path]) -> None:
    """A folder of `docker save` files, named as minikube's image cache names them."""
    pins = versions()
    target.mkdir()
    tag = "v" + pins["KUBERNETES_VERSION"]
    control_plane = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"]
    context = _context("kubernetes", IMAGES / "kubernetes" / "Dockerfile")
    _place(results["kubernetes"], context / "bin" / "kubernetes")
    for name in control_plane:
        (context / "bin" / name).symlink_to("kubernetes")
    shared = target / f"{control_plane[0]}_{tag}"
    _build(context, [f"{REGISTRY}/{name}:{tag}" for name in control_plane], shared, results, log)
    for name in control_plane[1:]:
        os.link(shared, target / f"{name}_{tag}")

    context = _context("kube-proxy", IMAGES / "kube-proxy" / "Dockerfile")
    _place(results["kubernetes"], context / "bin" / "kube-proxy")
    with _imported(results["proxy-root"], "proxy-root", results, log) as root:
        _build(
            context, [f"{REGISTRY}/kube-proxy:{tag}"], target / f"kube-proxy_{tag}", results, log, BASE=root
        )

    context = _context("etcd", IMAGES / "etcd" / "Dockerfile")
    _place(results["etcd"], context / "bin" / "etcd")
    _build(
        context,
        [f"{REGISTRY}/etcd:{pins['ETCD_VERSION']}-0"],
        target / f"etcd_{pins['ETCD_VERSION']}-0",
        results,
        log,
    )

    context = _context("coredns", IMAGES / "coredns" / "Dockerfile")
    _place(results["coredns"], context / "bin" / "coredns")
    shutil.copy(CERTIFICATES, context / "ca-certificates.crt")
    (target / "coredns").mkdir()
    tag = "v" + pins["COREDNS_VERSION"]
    _build(
        context, [f"{REGISTRY}/coredns/coredns:{tag}"], target / "coredns" / f"coredns_{tag}", results, log
    )

    context = _context("pause", IMAGES / "pause" / "Dockerfile")
    command.run(["gcc", "-Os", "-static", "-o", context / "pause", IMAGES / "pause" / "pause.c"], log)
    _build(
        context,
        [f"{REGISTRY}/pause:{pins['PAUSE_VERSION']}"],
        target / f"pause_{pins['PAUSE_VERSION']}",
        results,
        log,
    )


def metrics_server(target: Path, _log: Path, results: dict[str, Path]) -> None:
    """A tar of metrics-server's root file system: the program and nothing else."""
    _add_program("metrics-server", target, results)


def kube_router(target: Path, _log: Path, results: dict[str, Path]) -> None:
    """A tar of kube-router's root file system: the program beside those that it calls."""
    shutil.copyfile(results["proxy-root"], target)
    _add_program("kube-router", target, results)


def _add_program(name: str, tar: Path, results: dict[str, Path]) -> None:
    with tarfile.open(tar, "a") as archive:
        archive.add(results[name], ADDONS[name].removeprefix("/"))


def _context(name: str, dockerfile: Path) -> Path:
    """An empty build context with the Dockerfile in it."""
    context = paths.BUILD / "context" / name
    shutil.rmtree(context, ignore_errors=True)
    (context / "bin").mkdir(parents=True)
    shutil.copy(dockerfile, context)
    return context


def _place(program: Path, at: Path) -> None:
    """A hard link instead of a copy: results and contexts share a file system."""
    os.link(program, at)


def _copy(files: Iterable[Path], folder: Path) -> None:
    folder.mkdir()
    for file in files:
        shutil.copyfile(file, folder / file.name)


@contextlib.contextmanager
def _imported(root: Path, name: str, results: dict[str, Path], log: Path) -> Iterator[str]:
    """A root file system as a temporary image in this machine's engine."""
    tag = f"local/todo-{name}:build"
    engine.ensure(results["oci-shim"])
    command.run(["docker", "import", root, tag], log)
    try:
        yield tag
    finally:
        command.run(["docker", "image", "rm", "--force", tag], log)


def _build(
    context: Path, tags: list[str], target: Path, results: dict[str, Path], log: Path, **arguments: str
) -> None:
    """Build on the host's engine, save under all `tags`, and leave nothing on the engine."""
    engine.ensure(results["oci-shim"])
    named = [word for tag in tags for word in ("--tag", tag)]
    build_args = [f"--build-arg={name}={value}" for name, value in arguments.items()]
    classic = {
        **os.environ,
        "DOCKER_BUILDKIT": "0",
    }  # the only builder that every engine has without a plugin
    command.run(["docker", "build", *named, *build_args, context], log, env=classic)
    command.run(["docker", "save", "--output", target, *tags], log)
    command.run(["docker", "image", "rm", "--force", *tags], log)
    shutil.rmtree(context)
