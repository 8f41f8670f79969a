"""The production images, deployed by hand as sections 5.2 and 6 of the specification write it, and traffic on them.

The folders are called `api` and `ui` instead of `backend` and `frontend`; the base images are build arguments; and
the Secret's values come from a file, because arguments of a command are everybody's to read. All else is as written.
"""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev import paths, secret, settings, standins
from tests.e2e import world
from tests.prove.length import LENGTH

Pod = dict[str, Any]  # as the API server describes it
Report = dict[str, Any]  # as prober.py prints it

DEPLOYMENTS = ("backend-deployment", "frontend-deployment")
APPS = {"backend-deployment": "todo-backend", "frontend-deployment": "todo-frontend"}
OUTSIDE = f"{world.APP}/api/v1"
INSIDE = "http://backend-service:8000/api/v1"
PROBER = Path(__file__).with_name("prober.py")
PROBER_POD = Path(__file__).with_name("prober-pod.yaml")
TIMEOUT = 180  # seconds that any rollout may take
_IMAGES = {  # image: its folder
    "todo-backend": "api",
    "todo-frontend": "ui",
    "todo-postgres": "standins/postgres",
    "todo-groq": "standins/groq",
}


def shell(script: str, given: str = "") -> str:
    """Standard output of a shell script in the checkout, with the project's tools. Fails with its own words."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], input=given,
        cwd=paths.ROOT, env=world.ENVIRONMENT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{script}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


def output(command: list[str]) -> str:
    """Standard output of a command with the project's tools. Fails with its own words."""
    done = subprocess.run(command, env=world.ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[:5]}: {done.stderr[-2000:]}"
    return done.stdout


def build() -> dict[str, float]:
    """Build all images in the node's engine, default targets; seconds that each took."""
    took = {}
    for image, folder in _IMAGES.items():
        bases = settings.settings({})["build_args"][image]
        arguments = " ".join(f"--build-arg {name}={value}" for name, value in bases.items())
        begin = time.monotonic()
        shell(f"eval $(minikube docker-env) && docker build -t {image}:latest {arguments} ./{folder}")
        took[image] = time.monotonic() - begin
    return took


def size(image: str) -> int:
    """Bytes of an image, all layers."""
    return int(
        shell(f"eval $(minikube docker-env) && docker image inspect -f '{{{{.Size}}}}' {image}:latest")
    )


def create_secret(folder: Path) -> None:
    """`todo-secrets` for the stand-ins, by `kubectl create secret`."""
    password = standins.remembered("postgres-password")
    values = folder / "secret.env"
    values.touch(mode=0o600)
    values.write_text(
        f"DATABASE_URL={standins.database_url(password)}\nGROQ_API_KEY=standin-{os.urandom(8).hex()}\n"
    )
    shell(f"kubectl create secret generic todo-secrets --from-env-file={values}")
    values.unlink()


def deploy_standins() -> None:
    """PostgreSQL and Groq in the namespace `todo-standins`; the backend waits for PostgreSQL by itself.

    PostgreSQL has a share of the CPU here that starting pods can't take: a hosted one would not be on this node.
    """
    shell("kubectl apply -f standins/namespace.yaml")
    [password] = [each for each in secret.wanted({}) if each.name == secret.POSTGRES]
    shell("kubectl apply --server-side -f -", password.manifest())
    shell("""
        kubectl apply -f standins/postgres/postgres.yaml -f standins/groq/groq.yaml
        kubectl --namespace todo-standins set resources deployment/postgres --requests=cpu=250m,memory=64Mi""")


def adapt() -> None:
    """Change of the running Deployments what the proofs need otherwise; the manifests stay as they are.

    The assistant is a stand-in; nothing may be retried behind our back; ten replicas of each have to fit on two CPUs;
    a leak waits to be let loose (leak.py); and the short form asks sooner whether a pod is ready (length.py).
    """
    shell("kubectl create configmap leak --from-file=sitecustomize.py=tests/prove/leak.py")
    small = {"resources": {"requests": {"cpu": "20m", "memory": "64Mi"}}}
    common = {**small, **LENGTH.probes}
    backend = {
        "name": "backend",
        "env": [
            {"name": "GROQ_BASE_URL", "value": "http://groq.todo-standins:8080"},
            {"name": "TODO_STANDINS", "value": "database,assistant"},
            {"name": "PYTHONPATH", "value": "/leak"},
        ],
        "volumeMounts": [{"name": "leak", "mountPath": "/leak"}],
        **common,
    }
    frontend = {"name": "frontend", "env": [{"name": "PROXY_RETRY", "value": "off"}], **common}
    specs = {
        "backend": {
            "initContainers": [{"name": "migrate", **small}],
            "containers": [backend],
            "volumes": [{"name": "leak", "configMap": {"name": "leak"}}],
        },
        "frontend": {"containers": [frontend]},
    }
    for name, spec in specs.items():
        patch = json.dumps({"spec": {**LENGTH.deployment, "template": {"spec": spec}}})
        shell(f"kubectl patch deployment/{name}-deployment --patch-file /dev/stdin", patch)


def remove() -> None:
    """Delete what these proofs have put into the cluster, by hand as section 6.4 has it."""
    shell("""
        kubectl delete --ignore-not-found --wait=false namespace todo-standins
        kubectl delete --ignore-not-found --now pod/prober configmap/leak secret/todo-secrets
        kubectl delete --ignore-not-found -f k8s/
        kubectl wait --for=delete namespace/todo-standins --timeout=60s""")


def change(command: str, *deployments: str) -> float:
    """Run a command that changes Deployments; seconds until they are as they should be and old pods gone."""
    begin = time.monotonic()
    shell(command)
    settle(*deployments)
    return time.monotonic() - begin


def roll_out(*deployments: str) -> None:
    """Wait until the Deployments are as they should be. Old pods may still end."""
    for deployment in deployments:
        shell(f"kubectl rollout status deployment/{deployment} --timeout {TIMEOUT}s")


def settle(*deployments: str) -> None:
    """Wait until the Deployments are as they should be and no old pod is left."""
    roll_out(*deployments)
    apps = [APPS[deployment] for deployment in deployments]
    world.until(
        lambda: all(len(world.objects("pods", "-l", f"app={app}")) == len(world.pods(app)) for app in apps),
        timeout=60, what=f"old pods of {apps} gone",
    )  # fmt: skip


@dataclass
class Probe:
    """A running prober; its report once it has ended."""

    name: str
    process: subprocess.Popen[str]
    report: Report


@contextlib.contextmanager
def probing(name: str, command: list[str]) -> Iterator[Probe]:
    """Traffic by prober.py while the block runs; afterwards `report` is filled in."""
    process = subprocess.Popen(
        command, env=world.ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    probe = Probe(name, process, {})
    assert process.stdin is not None and process.stdout is not None
    try:
        assert process.stdout.readline().strip() == "ready", f"the prober {name} did not begin"
        yield probe
        process.stdin.close()
        last = process.stdout.read()
        assert process.wait(timeout=60) == 0, f"the prober {name} ended with {process.returncode}"
        probe.report = json.loads(last)
    finally:
        process.kill()
        process.wait()


def from_outside(rate: float) -> list[str]:
    """The command of a prober that comes through the NodePort: browser's way, proxy and all."""
    return [sys.executable, str(PROBER), OUTSIDE, str(rate)]


def from_inside(rate: float) -> list[str]:
    """The command of a prober in a pod, straight at the backend's Service. Needs `prober_pod`."""
    return [
        "kubectl",
        "exec",
        "--stdin",
        "prober",
        "--",
        "python",
        "-c",
        PROBER.read_text(),
        INSIDE,
        str(rate),
    ]


def replace_under_load(
    command: str, rate: int, times: int = 1, requests: int = 0
) -> tuple[int, list[Report]]:
    """Reports of two probers while all pods are replaced, `times` times or until enough requests were sent."""
    outside = probing("outside", from_outside(rate))
    inside = probing("inside", from_inside(rate))
    number, begin = 0, time.monotonic()
    with outside as one, inside as other:
        while number < times or (time.monotonic() - begin) * 8 * rate < requests:
            number += 1
            seconds = change(command, *DEPLOYMENTS)
            print(f"\nreplacement {number} of {times} or more: {seconds:.0f} s", end="", flush=True)
    table(("outside", one.report), ("inside", other.report))
    return number, [one.report, other.report]


def table(*reports: tuple[str, Report]) -> None:
    """Print probers' reports."""
    print(f"\n{'from':<8} {'lane':<13} {'sent':>6} {'failed':>6} {'p50':>7} {'p95':>7} {'p99':>7} ms")
    for name, report in reports:
        for lane, row in report["lanes"].items():
            figures = f"{row['p50_ms']:7.1f} {row['p95_ms']:7.1f} {row['p99_ms']:7.1f}"
            print(f"{name:<8} {lane:<13} {row['sent']:6d} {row['failed']:6d} {figures}")
        print(f"{name:<8} writes acknowledged {report['acknowledged']}, of these lost {report['lost']}")
        if report["failed"]:
            print(f"{name:<8} failures: {report['kinds']}, the first of each kind: {report['first_of_kind']}")


def working_set(pod: str) -> int:
    """Memory in bytes that a pod's containers can't give back, as the kubelet counts it for its limits."""
    node = world.objects("nodes")[0]["metadata"]["name"]
    summary = json.loads(world.kubectl("get", "--raw", f"/api/v1/nodes/{node}/proxy/stats/summary"))
    [found] = [each for each in summary["pods"] if each["podRef"]["name"] == pod]
    return int(found["memory"]["workingSetBytes"])


def sql(statement: str) -> str:
    """What PostgreSQL's own superuser gets for a statement, unaligned."""
    psql = ["--", "psql", "-h", "/var/lib/standin", "-d", "todo", "-Atc", statement]
    return world.kubectl("--namespace=todo-standins", "exec", "deployment/postgres", *psql)


def token() -> str:
    """What a new user's requests carry."""
    account = {"email": f"prove-{secrets.token_hex(6)}@example.com", "password": secrets.token_hex(16)}
    status, session = world.http(f"{OUTSIDE}/auth/register", body=account)
    assert status == 201, session
    return str(session["access_token"])


def seconds_until(check: Callable[[], bool], *, timeout: float, what: str) -> float:
    """How long it took until `check` held."""
    begin = time.monotonic()
    world.until(check, timeout=timeout, what=what)
    return time.monotonic() - begin


def signal_first_process(pod: Pod, name: str) -> None:
    """Send a signal to a pod's server from the node: inside the pod the kernel protects process 1."""
    [status] = pod["status"]["containerStatuses"]
    container = status["containerID"].removeprefix("docker://")
    shell(f"eval $(minikube docker-env) && docker kill --signal={name} {container}")


def both_ready(deployment: str) -> bool:
    """Whether a Deployment has two pods, and both are ready."""
    return [world.ready(pod) for pod in world.pods(APPS[deployment])] == [True, True]


def all_restarts(*apps: str) -> int:
    """How often the servers of these apps' pods have been restarted."""
    return sum(restart_count(pod) for app in apps for pod in world.pods(app))


def restarts(pod: str) -> int:
    """How often a pod's server has been restarted."""
    [found] = world.objects("pods", f"--field-selector=metadata.name={pod}")
    return restart_count(found)


def restart_count(pod: Pod) -> int:
    """The same, as the pod's description at hand has it."""
    return int(pod["status"]["containerStatuses"][0]["restartCount"])
