"""Deploys the production images by hand, as sections 5.2 and 6 of the specification describe, and changes them.

The folders are called `api` and `ui` instead of `backend` and `frontend`; the base images are build arguments, and
without an image registry they are our own; and the Secret's values come from a file, because arguments of a command
are everybody's to read. All else is as written, but for what `adapt` changes afterwards.
"""

import json
import shlex
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dev.base import catalogue, paths
from dev.cluster import minikube
from dev.commands import secret, settings
from dev.env import standins
from tests.prove.length import LENGTH
from tests.support import world
from tests.support.waiting import until

DEPLOYMENTS = ("backend-deployment", "frontend-deployment")
APPS = {"backend-deployment": "todo-backend", "frontend-deployment": "todo-frontend"}
OUTSIDE = f"{world.APP}/api/v1"
PROBER_POD = Path(__file__).with_name("prober-pod.yaml")
TIMEOUT = 180  # seconds that any rollout may take
IMAGES = {service.image: name for name, service in catalogue.services().items()}


def shell(script: str, given: str = "") -> str:
    """Standard output of a shell script in the checkout, with the project's tools. A failure shows its output."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        input=given,
        cwd=paths.ROOT,
        env=world.ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


def output(command: list[str]) -> str:
    """Standard output of a command with the project's tools. A failure shows its output."""
    done = subprocess.run(command, env=world.ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[:5]}: {done.stderr[-2000:]}"
    return done.stdout


def _service(image: str) -> dict[str, Any]:
    """What the Tiltfile would be told of an image's service."""
    found: dict[str, Any] = settings.settings({})["services"][IMAGES[image]]
    return found


def base(image: str) -> str:
    """The base image of an image on this machine."""
    names = [name.partition(":")[0] for name in _service(image)["build_args"].values()]
    return " ".join(names) or "the specified base"


def build(checkout: Path, image: str) -> float:
    """Build an image of a checkout in the node's engine, the default target; seconds that it took."""
    values = dict(_service(image)["build_args"])
    if image == "todo-frontend":
        values["NEXT_PUBLIC_API_URL"] = "http://backend-service:8000"
    arguments = " ".join(f"--build-arg {name}={value}" for name, value in values.items())
    folder = checkout / _service(image)["folder"]
    begin = time.monotonic()
    shell(
        f"eval $(minikube docker-env) && docker build -t {image}:latest {arguments} {shlex.quote(str(folder))}"
    )
    return time.monotonic() - begin


def size(image: str) -> int:
    """Bytes of an image, all layers."""
    return int(
        shell(f"eval $(minikube docker-env) && docker image inspect -f '{{{{.Size}}}}' {image}:latest")
    )


def create_secret(folder: Path) -> None:
    """`todo-secrets` for the stand-ins, by `kubectl create secret`."""
    password, key = standins.remembered("postgres-password"), standins.remembered("groq-api-key")
    values = folder / "secret.env"
    values.touch(mode=0o600)
    values.write_text(f"DATABASE_URL={standins.database_url(password)}\nGROQ_API_KEY={key}\n")
    shell(f"kubectl create secret generic todo-secrets --from-env-file={values}")
    values.unlink()


def deploy_standins() -> None:
    """PostgreSQL and Groq in the namespace `todo-standins`. The backend waits for PostgreSQL on its own.

    PostgreSQL has a share of the CPU here that starting pods can't take: a hosted one would not be on this node.
    """
    shell("kubectl apply -f standins/namespace.yaml")
    [password] = [each for each in secret.wanted({}) if each.name == secret.POSTGRES]
    shell("kubectl apply --server-side -f -", password.manifest())
    for service in catalogue.stand_ins().values():
        shell("kubectl apply" + "".join(f" --filename={manifest}" for manifest in service.manifests))
    shell("""
        kubectl --namespace todo-standins set resources deployment/postgres --requests=cpu=250m,memory=64Mi""")


def adapt() -> None:
    """Change the running Deployments where these tests need it. The manifests stay unchanged.

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
    """Delete everything that these tests deployed, by hand as in section 6.4."""
    shell("""
        kubectl delete --ignore-not-found --wait=false namespace todo-standins
        kubectl delete --ignore-not-found --now pod/prober configmap/leak secret/todo-secrets
        kubectl delete --ignore-not-found -f k8s/
        kubectl wait --for=delete namespace/todo-standins --timeout=60s
        kubectl delete --ignore-not-found persistentvolume/postgres""")
    minikube.remove_from_node(
        f"{standins.DATA}none"
    )  # of no checkout, because the Tiltfile did not deploy it


def change(command: str, *deployments: str) -> float:
    """Run a command that changes Deployments. Seconds until they are as desired and old pods are gone."""
    begin = time.monotonic()
    shell(command)
    settle(*deployments)
    return time.monotonic() - begin


def roll_out(*deployments: str) -> None:
    """Wait until the Deployments are as desired. Old pods may still be terminating."""
    for deployment in deployments:
        shell(f"kubectl rollout status deployment/{deployment} --timeout {TIMEOUT}s")


def settle(*deployments: str) -> None:
    """Wait until the Deployments are as desired and no old pod is left."""
    roll_out(*deployments)
    apps = [APPS[deployment] for deployment in deployments]
    until(
        lambda: all(len(world.objects("pods", "-l", f"app={app}")) == len(world.pods(app)) for app in apps),
        timeout=60,
        what=f"old pods of {apps} gone",
    )


def sql(statement: str) -> str:
    """The result of a statement run by PostgreSQL's superuser, unaligned."""
    psql = ["--", "psql", "-h", "/var/lib/standin", "-d", "todo", "-Atqc", statement]
    return world.kubectl("--namespace=todo-standins", "exec", "deployment/postgres", *psql)


def seconds_until(check: Callable[[], bool], *, timeout: float, what: str) -> float:
    """The seconds until `check` was true."""
    begin = time.monotonic()
    until(check, timeout=timeout, what=what)
    return time.monotonic() - begin
