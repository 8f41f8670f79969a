"""Starts the minikube cluster with the project's settings if necessary, and deletes it without a trace."""

import json
import os
import time
from pathlib import Path

from dev.base import command, engine, paths, stack, steps
from dev.base.environment import environment
from dev.base.failure import Failure
from dev.base.stack import Stack
from dev.base.versions import versions
from dev.cluster import addons
from dev.env.addresses import NODE_PORT
from dev.ways.way import Way

MEMORY = 6144  # MiB for the node: control plane 1.3 GiB, 4 pods of 512 MiB, image builds
# `next dev`, kubelet and journald share the kernel's limit; its default of 128 is too low.
INOTIFY_INSTANCES = 1024

_INOTIFY_LIMIT = Path("/proc/sys/fs/inotify/max_user_instances")


def ensure(way: Way) -> None:
    """Start the cluster with our settings. Raises Failure with minikube's output."""
    engine.ensure(way.shim())
    _raise_inotify()
    _remove_foreign_node()
    way.load_before_start()
    _know_cluster()
    if not running():
        _start(way)
    node = _node_engine()
    way.load_into(node)
    addons.deploy(way, node)
    _enforce_pod_security()
    use_namespace(stack.current())


def _know_cluster() -> None:
    """Get this checkout a kubeconfig of a cluster that another one started, whose pods then go on undisturbed."""
    if exists() and not paths.KUBECONFIG.exists():
        command.succeeds(
            ["minikube", "update-context", "-p", _profile()], env=environment()
        )  # else it is stopped


def use_namespace(which: Stack) -> None:
    """Make kubectl and Tilt in this checkout mean a stack. Raises Failure."""
    words = ["config", "set-context", _profile(), f"--namespace={which.namespace}"]
    command.run(["kubectl", *words], _log(), env=environment())


def running() -> bool:
    """Whether node, kubelet and API server of our profile are up and our kubeconfig reaches them."""
    env = environment()
    if not paths.KUBECONFIG.exists():
        return False
    return command.succeeds(["minikube", "status", "-p", _profile()], env=env) and command.succeeds(
        ["kubectl", "--request-timeout=5s", "get", "--raw", "/readyz"], env=env
    )


def exists() -> bool:
    """Whether our profile exists, running or stopped."""
    return config_file().exists()


def publishes_node_port() -> bool:
    """Whether our node uses the port. Docker's proxy runs as root, so /proc hides it from other users."""
    return command.succeeds(["docker", "port", _profile(), f"{NODE_PORT}/tcp"])


def config_file() -> Path:
    """minikube's own record of our cluster's settings."""
    return paths.MINIKUBE_HOME / ".minikube" / "profiles" / _profile() / "config.json"


def addresses() -> list[str]:
    """The node's, as `minikube ip` prints it, from minikube's own record: asking the program takes 0.3 s."""
    if not exists():
        return []
    nodes = json.loads(config_file().read_text()).get("Nodes") or []
    return [node["IP"] for node in nodes if node.get("IP")]


def remove_from_node(path: str) -> None:
    """Delete a folder of the node's. Raises Failure."""
    command.run(["docker", "exec", _profile(), "rm", "-rf", path], _log())


def delete() -> None:
    """Delete the cluster, its volume and its files. Raises Failure if a running node is not ours."""
    if exists() and engine.answers():
        command.run(["minikube", "delete", "-p", _profile()], _log(), env=environment())
    if engine.answers():
        _remove_foreign_node()
    paths.KUBECONFIG.unlink(missing_ok=True)
    steps.remove(paths.MINIKUBE_HOME)


def _profile() -> str:
    return versions()["MINIKUBE_PROFILE"]


def _log() -> Path:
    return paths.LOGS / "minikube.log"


def _start(way: Way) -> None:
    begin = time.monotonic()
    print(f"starting the cluster {_profile()} …  log: {_log()}", flush=True)
    options = [
        "--driver=docker",
        f"--kubernetes-version=v{versions()['KUBERNETES_VERSION']}",
        "--container-runtime=docker",  # Tilt builds in the cluster only with this one
        f"--ports=127.0.0.1:{NODE_PORT}:{NODE_PORT}",
        f"--memory={MEMORY}m",
        "--cpus=no-limit",
        "--cni=bridge",
        # Reach metrics-server by pod IP. Until kube-proxy knows the Service, packets to it leave the node; if anything
        # out there answers, the API server keeps that dead connection.
        "--extra-config=apiserver.enable-aggregator-routing=true",
        "--wait=apiserver,system_pods,default_sa,node_ready",
        "--delete-on-failure",
    ]
    options += ["--force"] if os.geteuid() == 0 else []
    options += [f"--addons={name}" for name in way.minikube_addons]
    command.run(
        ["minikube", "start", "-p", _profile(), *options, *way.start_options()], _log(), env=environment()
    )
    # The default is 100m each. With less, a rollout's surge pod fits on two CPUs (see CPU_SUM in commands/doctor.py).
    requests = {"coredns": "25m"} | dict.fromkeys(way.minikube_addons, "10m")
    for name, cpu in requests.items():
        resources = ["set", "resources", f"deployment/{name}", f"--requests=cpu={cpu}"]
        command.run(["kubectl", "--namespace=kube-system", *resources], _log(), env=environment())
    print(f"cluster Ready in {time.monotonic() - begin:.0f} s", flush=True)


def _node_engine() -> dict[str, str]:
    """The environment in which `docker` talks to the engine inside the node."""
    env = environment()
    lines = command.output(["minikube", "-p", _profile(), "docker-env", "--shell=none"], env=env).splitlines()
    return {**env, **dict(line.split("=", 1) for line in lines if "=" in line)}


def _enforce_pod_security() -> None:
    label = "pod-security.kubernetes.io/enforce=restricted"
    command.run(["kubectl", "label", "namespace", "default", label, "--overwrite"], _log(), env=environment())


def _remove_foreign_node() -> None:
    """Remove a stopped node whose cluster files are gone (a deleted cache). minikube could neither use nor delete it.

    Raises Failure if it runs, because then its files may just be in another MINIKUBE_HOME.
    """
    if exists() or not command.succeeds(["docker", "container", "inspect", _profile()]):
        return
    labels = json.loads(command.output(["docker", "inspect", "--format={{json .Config.Labels}}", _profile()]))
    if labels.get("created_by.minikube.sigs.k8s.io") != "true":
        raise Failure(
            f"a container that is not minikube's is called {_profile()}", f"docker rename {_profile()} NAME"
        )
    if command.output(["docker", "inspect", "--format={{.State.Running}}", _profile()]) == "true":
        raise Failure(
            f"a node called {_profile()} runs, and its files are not in {paths.MINIKUBE_HOME}",
            f"run make nuke where it was created, or, if it is not in use: docker stop {_profile()}, then try again",
        )
    print(f"removing the node {_profile()}: its cluster's files are gone", flush=True)
    command.run(["docker", "rm", "--force", "--volumes", _profile()], _log())
    for kind in ("volume", "network"):
        if command.succeeds(["docker", kind, "inspect", _profile()]):
            command.run(["docker", kind, "rm", _profile()], _log())


def may_raise_inotify() -> bool:
    """Whether we are root, and not in a container that may only read the kernel's settings."""
    return os.geteuid() == 0 and os.access(_INOTIFY_LIMIT, os.W_OK)


def _raise_inotify() -> None:
    if may_raise_inotify() and int(_INOTIFY_LIMIT.read_text()) < INOTIFY_INSTANCES:
        print(f"raising fs.inotify.max_user_instances to {INOTIFY_INSTANCES}", flush=True)
        _INOTIFY_LIMIT.write_text(str(INOTIFY_INSTANCES))
