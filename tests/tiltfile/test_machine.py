"""ConfigMaps carry this machine's values to the pods, and tilt.d adds your own resources."""

from typing import Any

import yaml

from tests.tiltfile.evaluation import Checkout, Result

CACHE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: cache, labels: {app.kubernetes.io/part-of: todo}}
spec:
  selector: {matchLabels: {app: cache}}
  template:
    metadata: {labels: {app: cache}}
    spec:
      containers: [{name: cache, image: redis:7-alpine}]
"""


def found(result: Result, resource: str, kind: str) -> dict[str, Any]:
    """The only object of a kind in a resource."""
    (only,) = [
        each
        for each in yaml.safe_load_all(result.resources[resource]["DeployTarget"]["yaml"])
        if each["kind"] == kind
    ]
    document: dict[str, Any] = only
    return document


def annotations(result: Result, resource: str) -> dict[str, str]:
    template = found(result, resource, "Deployment")["spec"]["template"]
    read: dict[str, str] = template["metadata"]["annotations"]
    return read


def test_each_pod_reads_the_config_map_of_its_own_resource(plain: Result) -> None:
    """In one resource, Tilt applies the ConfigMap before the pods that read it."""
    for resource, name in (("api", "backend-machine"), ("ui", "frontend-machine")):
        assert found(plain, resource, "ConfigMap")["metadata"]["name"] == name
        (container,) = found(plain, resource, "Deployment")["spec"]["template"]["spec"]["containers"]
        assert container["envFrom"] == [{"configMapRef": {"name": name, "optional": True}}]


def test_stand_ins_are_named_with_their_address(plain: Result) -> None:
    assert found(plain, "api", "ConfigMap")["data"] == {
        "TODO_STANDINS": "database,assistant",
        "GROQ_BASE_URL": "http://groq.todo-standins:8080",
    }


def test_a_changed_config_map_rolls_its_pods_and_no_others(checkout: Checkout) -> None:
    before = checkout.result()
    checkout.write_env("GROQ_API_KEY=gsk_canary7f3e0123456789\n")
    after = checkout.result()
    assert found(after, "api", "ConfigMap")["data"] == {"TODO_STANDINS": "database"}
    key = "checksum/backend-machine"
    assert annotations(before, "api")[key] != annotations(after, "api")[key] != ""
    assert annotations(before, "ui") == annotations(after, "ui")
    assert annotations(after, "ui")["checksum/frontend-machine"]


def test_annotations_that_are_no_checksums_stay(plain: Result) -> None:
    assert annotations(plain, "api")["prometheus.io/port"] == "9090"


def test_a_plain_deployment_becomes_a_resource(checkout: Checkout) -> None:
    """Without `env`, without annotations."""
    (checkout.root / "k8s/cache.yaml").write_text(CACHE)
    with (checkout.root / "k8s/Kustomization").open("a") as kustomization:
        kustomization.write("  - cache.yaml\n")
    result = checkout.result()
    assert found(result, "cache", "Deployment")["spec"]["template"]["spec"]["containers"] == [
        {"name": "cache", "image": "redis:7-alpine", "resources": {}}
    ]


def test_a_service_is_one_entry_its_manifest_and_one_paragraph(checkout: Checkout) -> None:
    (checkout.root / "standins/cache").mkdir()
    (checkout.root / "standins/cache/Dockerfile").write_text("FROM scratch\n")
    (checkout.root / "standins/cache/cache.yaml").write_text(CACHE.replace("redis:7-alpine", "todo-cache"))
    with (checkout.root / "services.toml").open("a") as catalogue:
        catalogue.write(
            '[cache]\nimage = "todo-cache"\nfolder = "standins/cache"\nreplaces = "JWT_SECRET"\n'
            'base = { argument = "BASE", image = "python" }\nmanifests = ["standins/cache/cache.yaml"]\n'
        )
    with (checkout.root / "Tiltfile").open("a") as tiltfile:
        tiltfile.write("stand_in('cache', 'cache', objects=[], notice='The cache is a stand-in.')\n")
    result = checkout.result()
    assert result.image("cache")["BuildDetails"]["context"].endswith("standins/cache")
    assert "The cache is a stand-in." in result.log
    checkout.write_env(f"JWT_SECRET={'0' * 32}\n")
    assert "cache" not in checkout.result().resources


def test_your_own_resources_come_from_tilt_d(checkout: Checkout) -> None:
    (checkout.root / "tilt.d").mkdir()
    (checkout.root / "tilt.d/mine.tilt").write_text("local_resource('mine', 'true')\n")
    (checkout.root / "tilt.d/notes.txt").write_text("not a Tiltfile\n")
    assert "mine" in checkout.result().resources
