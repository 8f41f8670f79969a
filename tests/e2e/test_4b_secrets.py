"""NFR-2: the values of our Secrets are searched for wherever a reader could stumble over them.

The stand-ins' password and key are the canaries: random, and in the same places where a real one would be.
"""

import base64
import subprocess
import urllib.parse
from pathlib import Path

import pytest

from dev import paths
from tests.e2e import world

IMAGES = ("todo-backend", "todo-frontend", "todo-postgres", "todo-groq")


@pytest.fixture(scope="module")
def canaries(checkout: Path) -> list[bytes]:
    """Each value as it is, and in base64 as the API server keeps it, whatever stands before it."""
    state = checkout / ".dev" / "state"
    values = [(state / name).read_text().encode() for name in ("postgres-password", "groq-api-key")]
    assert all(len(value) >= 16 for value in values)
    encoded = [base64.b64encode(b"x" * shift + value)[4:-4] for value in values for shift in range(3)]
    return values + encoded


def _assert_clean(where: str, content: bytes, canaries: list[bytes]) -> None:
    """Not even percent-encoded. Says where, and never the value."""
    texts = (content, urllib.parse.unquote_to_bytes(content))
    assert not any(canary in text for canary in canaries for text in texts), f"a secret's value is in {where}"


def _output(*command: str, folder: Path = paths.ROOT) -> bytes:
    done = subprocess.run(command, cwd=folder, env=world.ENVIRONMENT, capture_output=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr.decode(errors='replace')[-500:]}"
    assert done.stdout, f"{' '.join(command)} printed nothing"
    return done.stdout


def test_the_search_finds_what_it_looks_for(canaries: list[bytes]) -> None:
    secret = _output("kubectl", "get", "secret", "todo-secrets", "-o", "yaml")
    with pytest.raises(AssertionError, match="in the Secret itself"):
        _assert_clean("the Secret itself", secret, canaries)


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("namespace", ["default", "todo-standins"])
@pytest.mark.parametrize("what", ["describe pods", "get events -o yaml", "get deployments,pods -o yaml"])
def test_kubectl_shows_no_secret(namespace: str, what: str, canaries: list[bytes]) -> None:
    _assert_clean(what, _output("kubectl", "--namespace", namespace, *what.split()), canaries)


@pytest.mark.usefixtures("deployed")
def test_no_pod_logs_a_secret(canaries: list[bytes]) -> None:
    for namespace in ("default", "todo-standins"):
        for pod in world.objects("pods", "--namespace", namespace):
            name = pod["metadata"]["name"]
            logs = world.kubectl("logs", "--namespace", namespace, name, "--all-containers")
            _assert_clean(f"the log of {name}", logs.encode(), canaries)


def test_neither_tilts_log_nor_its_api_holds_a_secret(
    tilt: world.Tilt, deployed: Path, canaries: list[bytes]
) -> None:
    _assert_clean("the log of tilt ci", deployed.read_bytes(), canaries)
    _assert_clean("the log of tilt up", tilt.log.read_bytes(), canaries)
    for kind in ("uiresources", "kubernetesdiscoveries", "cmds", "liveupdates", "dockerimages"):
        shown = _output("tilt", "get", kind, "-o", "yaml", folder=tilt.folder)
        _assert_clean(f"tilt get {kind}", shown, canaries)
    _assert_clean("the dashboard's data", _output("tilt", "dump", "webview", folder=tilt.folder), canaries)


@pytest.mark.usefixtures("deployed")
def test_no_process_of_the_node_has_a_secret_among_its_arguments(canaries: list[bytes]) -> None:
    arguments = _output("minikube", "ssh", "--", "sudo sh -c 'cat /proc/[0-9]*/cmdline 2>/dev/null; true'")
    assert b"kubelet" in arguments
    _assert_clean("a process's arguments", arguments, canaries)


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("image", IMAGES)
def test_no_image_holds_a_secret(image: str, canaries: list[bytes], tmp_path: Path) -> None:
    wanted = tmp_path / "canaries"
    wanted.touch(mode=0o600)
    wanted.write_bytes(b"\n".join(canaries) + b"\n")
    # every layer's files and the build history; grep ends with 1 when it found nothing
    script = f"""
        eval $(minikube docker-env)
        name=$(docker image ls --format '{{{{.Repository}}}}:{{{{.Tag}}}}' {image} | head -1)
        test -n "$name"
        {{ docker history --no-trunc "$name"; docker save "$name"; }} | grep -a -c -F -f {wanted} || test $? = 1"""
    assert _output("bash", "-euo", "pipefail", "-c", script).strip() == b"0", (
        f"a secret's value is in {image}"
    )


def test_git_holds_no_secret(canaries: list[bytes]) -> None:
    _assert_clean("git's history", _output("git", "log", "--all", "-p", "--no-color"), canaries)


@pytest.mark.usefixtures("deployed")
def test_an_error_tells_no_secret(canaries: list[bytes]) -> None:
    for path, body in (
        ("auth/login", {"email": "nobody@example.com", "password": "wrong-password"}),
        ("tasks", {}),
    ):
        status, problem = world.http(f"{world.APP}/api/v1/{path}", body=body)
        assert status >= 400
        _assert_clean(f"the answer of {path}", str(problem).encode(), canaries)
