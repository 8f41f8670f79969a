"""NFR-2: searches every place where someone could find the values of our Secrets."""

import re
import subprocess
import uuid
from pathlib import Path

import pytest

from dev.base import catalogue, paths
from tests.support import secrecy, world

IMAGES = {service.image for service in catalogue.services().values()}
# The formats of Groq's keys, Neon's passwords, and Neon's URLs with a password.
CREDENTIALS = re.compile(
    rb"gsk_\w{40}|npg_\w{12}|//[^:@/\s]+:[^@\s]+@ep-[a-z]+-[a-z]+-\w{8}[\w.-]*\.neon\.tech"
)


def _output(*command: str, folder: Path = paths.ROOT) -> bytes:
    done = subprocess.run(command, cwd=folder, env=world.ENVIRONMENT, capture_output=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr.decode(errors='replace')[-500:]}"
    assert done.stdout, f"{' '.join(command)} printed nothing"
    return done.stdout


def test_the_search_finds_what_it_looks_for() -> None:
    secret = _output("kubectl", "get", "secret", "todo-secrets", "-o", "yaml")
    with pytest.raises(AssertionError, match="in the Secret itself"):
        secrecy.assert_clean("the Secret itself", secret)


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("namespace", ["default", "todo-standins"])
@pytest.mark.parametrize("what", ["describe pods", "get events -o yaml", "get deployments,pods -o yaml"])
def test_kubectl_shows_no_secret(namespace: str, what: str) -> None:
    secrecy.assert_clean(what, _output("kubectl", "--namespace", namespace, *what.split()))


@pytest.mark.usefixtures("deployed")
def test_no_pod_logs_a_secret() -> None:
    for namespace in ("default", "todo-standins"):
        for pod in world.objects("pods", "--namespace", namespace):
            name = pod["metadata"]["name"]
            logs = world.kubectl("logs", "--namespace", namespace, name, "--all-containers")
            secrecy.assert_clean(f"the log of {name}", logs.encode())


def test_neither_tilts_log_nor_its_api_holds_a_secret(tilt: world.Tilt, deployed: Path) -> None:
    secrecy.assert_clean("the log of tilt ci", deployed.read_bytes())
    secrecy.assert_clean("the log of tilt up", tilt.log.read_bytes())
    for kind in ("uiresources", "kubernetesdiscoveries", "cmds", "liveupdates", "dockerimages"):
        shown = _output("tilt", "get", kind, "-o", "yaml", folder=tilt.folder)
        secrecy.assert_clean(f"tilt get {kind}", shown)
    secrecy.assert_clean("the dashboard's data", _output("tilt", "dump", "webview", folder=tilt.folder))


@pytest.mark.usefixtures("deployed")
def test_no_process_of_the_node_has_a_secret_among_its_arguments() -> None:
    arguments = _output("minikube", "ssh", "--", "sudo sh -c 'cat /proc/[0-9]*/cmdline 2>/dev/null; true'")
    assert b"kubelet" in arguments
    secrecy.assert_clean("a process's arguments", arguments)


@pytest.mark.usefixtures("deployed")
def test_no_image_of_a_running_pod_holds_a_secret(tmp_path: Path) -> None:
    """They were built next to `.env` files with the values. tests/prove searches the production images."""
    images = {
        container["image"]
        for namespace in ("default", "todo-standins")
        for pod in world.objects("pods", "--namespace", namespace)
        for container in pod["spec"]["containers"]
    }
    assert {image.partition(":")[0] for image in images} == IMAGES
    for image in images:
        script = secrecy.image_search(image, tmp_path)
        assert _output("bash", "-euo", "pipefail", "-c", script).strip() == b"0", (
            f"a secret's value is in {image}"
        )


def test_git_holds_no_secret_and_nothing_that_looks_like_one() -> None:
    history = _output("git", "log", "--all", "-p", "--no-color")
    secrecy.assert_clean("git's history", history)
    assert not CREDENTIALS.search(history)
    for like_one in (
        "gsk_" + "0" * 52,
        "postgresql://u:p@ep-" + "aged-rain-a1b2c3d4-pooler.eu.aws.neon.tech/db",
    ):
        assert CREDENTIALS.search(like_one.encode())


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("auth/login", {"email": "nobody@example.com", "password": "wrong-password"}),
        ("tasks", {}),
        ("chat", {"message": "Hello @echo"}),  # the stand-in refuses, and repeats the key as Groq does
        ("chat", {"message": "Hello @401"}),
    ],
)
def test_an_error_tells_no_secret(path: str, body: dict[str, str]) -> None:
    if path == "chat":
        body = body | {"client_message_id": str(uuid.uuid4())}
    status, answer = world.http(f"{world.APP}/api/v1/{path}", body=body, token=world.token())
    assert status >= 400 or '"problem"' in str(answer), answer
    secrecy.assert_clean(f"the answer of {path}", str(answer).encode())
