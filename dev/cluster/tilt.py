"""Starts and stops Tilt, with our kubeconfig, ports and settings."""

import os
import signal
import time
import urllib.request
from pathlib import Path

from dev.base import command, engine, paths, ports, stack
from dev.base.environment import environment as tools_environment
from dev.base.failure import Failure
from dev.base.stack import Stack
from dev.cluster import minikube
from dev.env import addresses, dotenv, standins

STOP_TIMEOUT = 20  # seconds for Tilt to end
GONE_TIMEOUT = 60  # seconds for pods to end; their grace period is 30
ANSWER_TIMEOUT = 60  # seconds for the app to answer on its port
OURS = "app.kubernetes.io/part-of=todo"
PLACES = 'jsonpath={range .items[*]}{.metadata.namespace}/{.kind}/{.metadata.name}{"\\n"}{end}'


def environment() -> dict[str, str]:
    """The tools' environment with the Tilt settings of .env and of the stack."""
    values, where = dotenv.load(), stack.current()
    named: dict[str, str] = {key: values[key] for key in ("TILT_HOST", "TILT_PORT") if key in values}
    if where.name:
        named["TILT_PORT"] = str(addresses.port("TILT_PORT", values, where))
    return {**tools_environment(), **named}


def up() -> None:
    """Become `tilt up`; if ours already runs, say where."""
    pid = pid_of(paths.ROOT)
    shown = _dashboard_of(pid) if pid else port()
    print(addresses.lines(dotenv.load(), stack.current(), shown), flush=True)
    if pid:
        print("Tilt is already running" + (f"; `make down up` moves it to {port()}" * (shown != port())))
        return
    os.chdir(paths.ROOT)
    os.execvpe("tilt", ["tilt", "up"], environment())  # noqa: S606 - nothing of ours is left to do


def wait_for_app() -> None:
    """Return once the app answers on its port, or raise Failure. Its pods being ready is not enough.

    kube-proxy refuses connections until it has written its rules for them: measured, up to 0.1 s after both were ready.
    """
    address = addresses.here()
    direct = urllib.request.build_opener(
        urllib.request.ProxyHandler({})
    )  # http_proxy does not lead to this machine
    deadline = time.monotonic() + ANSWER_TIMEOUT
    while True:
        try:
            direct.open(address, timeout=ANSWER_TIMEOUT).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise Failure(
                    f"{address} does not answer: {error}", "read the log of Tilt's resource ui"
                ) from error
            time.sleep(0.1)
        else:
            return


def down() -> None:
    """End Tilt, delete what it deployed, and raise Failure if something of ours is left in the cluster."""
    if pid := pid_of(paths.ROOT):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT
        while os.path.exists(f"/proc/{pid}") and time.monotonic() < deadline:
            time.sleep(0.1)
    if not (engine.answers() and minikube.running()):
        print("no cluster is running: nothing to take down")
        return
    minikube.use_namespace(stack.current())  # `make up` may have been interrupted before it did this
    log = paths.LOGS / "tilt-down.log"
    command.run(["tilt", "down", "--delete-namespaces"], log, cwd=paths.ROOT, env=tools_environment())
    deadline = time.monotonic() + GONE_TIMEOUT
    while left := leftovers():
        if time.monotonic() > deadline:
            raise Failure(f"left in the cluster: {', '.join(left)}", "make nuke")
        time.sleep(0.5)
    forget_data(paths.ROOT)
    minikube.use_namespace(stack.DEFAULT)
    print(f"nothing of {stack.current() if stack.current().name else 'ours'} is left in the cluster")


def forget_data(checkout: Path) -> None:
    """Delete the stand-in database of a checkout; it must not be deployed."""
    minikube.remove_from_node(standins.DATA + standins.identity(checkout))


def require_stopped() -> None:
    """Raise Failure if a Tilt runs where the tests will start one of their own."""
    needed = port()
    if pid_of(paths.ROOT) or not ports.is_free(needed):
        raise Failure(f"the tests start a Tilt of their own, and {needed} is taken", "make down")


def deployed(folder: Path, which: Stack) -> bool:
    """Whether a stack is in the cluster, asked with the kubeconfig of the checkout that deployed it."""
    env = tools_environment()
    env["PATH"] = f"{folder / paths.BIN.relative_to(paths.ROOT)}{os.pathsep}{env['PATH']}"
    env["KUBECONFIG"] = str(folder / paths.KUBECONFIG.relative_to(paths.ROOT))
    words = ["kubectl", "--request-timeout=5s", "get", "deployment", "-A", "-l", OURS, "-o", PLACES]
    try:
        return bool(_of(which, command.output(words, env=env)))
    except Failure:  # the cluster is stopped, or there are no tools yet
        return False


def leftovers() -> list[str]:
    """Names of this stack's objects in the cluster, namespaces included."""
    kinds = "deployment,statefulset,replicaset,pod,service,secret,configmap,pvc,pv,poddisruptionbudget,networkpolicy"
    words = ["kubectl", "get", f"{kinds},namespace", "-A", "-l", OURS, "-o", PLACES]
    return _of(stack.current(), command.output(words, env=tools_environment()))


def _of(which: Stack, places: str) -> list[str]:
    """The objects of a stack among lines of `PLACES`."""
    found = [line.split("/") for line in places.splitlines()]
    own = (f"PersistentVolume/{which.volume}", f"Namespace/{which.namespace}", f"Namespace/{which.standins}")
    return [
        f"{kind}/{name}"
        for namespace, kind, name in found
        if namespace in (which.namespace, which.standins) or f"{kind}/{name}" in own
    ]


def port() -> int:
    """Where the dashboard listens."""
    return int(environment().get("TILT_PORT", addresses.USUAL["TILT_PORT"]))


def pid_of(folder: Path) -> int:
    """The pid of the `tilt up` or `tilt ci` that serves this checkout on whatever port, 0 if none runs."""
    return next((owner.pid for owner in ports.servers("tilt") if owner.folder == folder), 0)


def _dashboard_of(pid: int) -> int:
    """The port with which that Tilt was started; `.env` may name another one by now."""
    variables = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
    named = dict(variable.partition("=")[::2] for variable in variables)
    return int(named.get("TILT_PORT") or addresses.USUAL["TILT_PORT"])
