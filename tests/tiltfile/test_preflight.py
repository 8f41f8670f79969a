"""A problem is reported in one sentence with its remedy, before anything is built or deleted."""

import pytest

from dev.base.versions import versions
from tests.tiltfile.evaluation import Checkout

CANARY = "canary-7f3e"


def runtime_is(checkout: Checkout, answer: str) -> None:
    """Put a `kubectl` first in PATH. It answers the preflight's one question and passes on all other calls."""
    program = checkout.programs / "kubectl"
    program.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *containerRuntimeVersion*) printf %s {answer}; exit;; esac\n'
        'PATH=${PATH#*:} exec kubectl "$@"\n'
    )
    program.chmod(0o755)


@pytest.mark.parametrize("command", [["alpha", "tiltfile-result"], ["ci", "--port", "0"], ["down"]])
def test_another_cluster_is_never_touched(checkout: Checkout, command: list[str]) -> None:
    checkout.use_context("another-users")
    done = checkout.tilt(*command)
    assert done.returncode != 0
    output = done.stdout + done.stderr
    assert 'the Kubernetes context is "another-users", not minikube-todo: run `make up`' in output
    assert "Deleting" not in output


def test_tilt_recognises_our_cluster_as_minikube_by_its_name() -> None:
    """With any other name it would build on this machine and push."""
    assert versions()["MINIKUBE_PROFILE"].startswith("minikube-")


def test_no_cluster_at_all(checkout: Checkout) -> None:
    (checkout.root / "kubeconfig").write_text("")
    done = checkout.tilt("alpha", "tiltfile-result")
    assert done.returncode != 0
    assert 'the Kubernetes context is "", not minikube-todo: run `make up`' in done.stderr


def test_a_cluster_that_does_not_answer(checkout: Checkout) -> None:
    done = checkout.tilt("ci", "--port", "0")
    assert done.returncode != 0
    assert "the cluster minikube-todo does not answer: run `make up`" in done.stdout + done.stderr


def test_a_node_without_docker(checkout: Checkout) -> None:
    """Tilt would build on this machine and then try to push."""
    runtime_is(checkout, "containerd://2.1.0")
    done = checkout.tilt("ci", "--port", "0")
    assert done.returncode != 0
    assert "the node runs containerd://2.1.0" in done.stdout + done.stderr
    assert "make nuke up" in done.stdout + done.stderr


def test_a_bad_env_is_named_without_its_value(checkout: Checkout) -> None:
    checkout.write_env(f"# mine\nGROQ_API_KEY={CANARY}\n")
    done = checkout.tilt("alpha", "tiltfile-result")
    assert done.returncode != 0
    assert ".env line 2: GROQ_API_KEY is not a Groq API key" in done.stderr
    assert CANARY not in done.stderr + done.stdout


def test_tilt_down_works_whatever_env_says_and_covers_the_stand_ins(checkout: Checkout) -> None:
    """With no cluster behind it, it gets as far as the first deletion."""
    checkout.write_env("broken\n")
    done = checkout.tilt("down", "--delete-namespaces")
    output = done.stdout + done.stderr
    expected = ("Deployment/backend-deployment", "Deployment/frontend-deployment", "Secret/todo-secrets")
    stand_ins = ("Deployment/postgres", "Secret/postgres", "Deployment/groq", "Namespace/todo-standins")
    for name in (*expected, *stand_ins):
        assert f"→ {name}" in output
    assert "connection refused" in output


def test_an_old_tilt_is_refused(checkout: Checkout) -> None:
    tiltfile = checkout.root / "Tiltfile"
    text = tiltfile.read_text()
    assert "constraint='>=0.37.6'" in text
    tiltfile.write_text(text.replace(">=0.37.6", ">=99.0.0"))
    done = checkout.tilt("alpha", "tiltfile-result")
    assert done.returncode != 0
    assert ">=99.0.0" in done.stderr
