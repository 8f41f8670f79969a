"""A named stack's plan: everything in its own namespaces, at its own ports, one replica each."""

from typing import Any

import pytest
import yaml

from dev.base.stack import Stack
from tests.tiltfile.evaluation import Checkout, Result

TWO = Stack("two")


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Result:
    checkout = Checkout(tmp_path_factory.mktemp("named"))
    (checkout.root / ".dev").mkdir()
    (checkout.root / ".dev" / "stack").write_text("two\n")
    kubeconfig = checkout.root / "kubeconfig"
    kubeconfig.write_text(kubeconfig.read_text().replace("namespace: default", "namespace: todo-two"))
    return checkout.result()


def objects(result: Result) -> list[dict[str, Any]]:
    deployed = [
        each["DeployTarget"]["yaml"] for each in result.resources.values() if "yaml" in each["DeployTarget"]
    ]
    return [found for text in deployed for found in yaml.safe_load_all(text)]


def test_no_object_is_one_of_another_stack(named: Result, plain: Result) -> None:
    def places(result: Result) -> set[tuple[str, str, str]]:
        found = [(each["kind"], each["metadata"]) for each in objects(result)]
        return {(kind, metadata.get("namespace", "default"), metadata["name"]) for kind, metadata in found}

    assert len(places(named)) == len(places(plain)) + 1  # its namespace
    assert {(kind, name) for kind, _, name in places(named)} >= {
        ("Namespace", "todo-two"), ("Namespace", "todo-two-standins"), ("PersistentVolume", "postgres-two"),
    }  # fmt: skip
    spaces = {space for kind, space, _ in places(named) if kind not in ("Namespace", "PersistentVolume")}
    assert spaces == {"todo-two", "todo-two-standins"}
    assert not places(named) & places(plain)


def test_addresses_and_the_volume_follow(named: Result) -> None:
    text = yaml.safe_dump_all(objects(named))
    assert "todo-standins" not in text
    assert "http://groq.todo-two-standins:8080" in text
    assert "volumeName: postgres-two" in text
    assert f"nodePort: {30080 + TWO.shift}" in text
    for name, port in (("api", 8000), ("ui", 3000)):
        (forward,) = named.resources[name]["DeployTarget"]["portForwardTemplateSpec"]["forwards"]
        assert (forward["localPort"], forward["containerPort"]) == (port + TWO.shift, port)
    (link,) = named.resources["ui"]["DeployTarget"]["Links"]
    assert link["URL"]["Host"] == f"localhost:{3000 + TWO.shift}"


def test_one_replica_each_that_fits_beside_the_default_stack(named: Result) -> None:
    for found in objects(named):
        if found["kind"] != "Deployment":
            continue
        pod = found["spec"]["template"]["spec"]
        assert found["spec"]["replicas"] == 1
        for container in pod["containers"] + pod.get("initContainers", []):
            assert container["resources"]["requests"]["cpu"] == "5m"


def test_its_namespace_comes_first(named: Result) -> None:
    for name in ("api", "ui", "standins"):
        assert "stack" in named.resources[name]["ResourceDependencies"]


def test_the_buttons_reach_its_stand_ins(named: Result) -> None:
    commands = {kind.partition("Resource=")[2]: found for kind, found in named.raw["ObjectSet"].items()}[
        "cmds"
    ]
    for button in ("database-psql", "assistant-fail"):
        assert "--namespace todo-two-standins " in commands[button]["spec"]["args"][2]


def test_another_namespace_of_kubectl_is_refused(checkout: Checkout) -> None:
    (checkout.root / ".dev").mkdir()
    (checkout.root / ".dev" / "stack").write_text("two\n")
    done = checkout.tilt("alpha", "tiltfile-result")
    assert done.returncode != 0
    assert "kubectl means the namespace default, not todo-two: run `make up`" in done.stderr
