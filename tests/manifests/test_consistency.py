"""Checks that a schema cannot make: names match across files, times add up, and requests fit the node."""

import re
from pathlib import Path

import pytest

from app.core.config import Settings
from dev.commands.secret import every, wanted
from dev.commands.settings import config_maps
from dev.env import standins
from dev.env.keys import KEYS
from tests.manifests.render import OVERLAYS, ROOT, STAND_INS, Document, containers, named, pod_specs

GROQ = "standins/groq/groq.yaml"
PLACES = [*OVERLAYS, *STAND_INS]

NODE = 2000  # millicores of the smallest node that we support
# requests of kubeadm's control plane and CoreDNS: 250 + 200 + 100 + 100 + 100
CONTROL_PLANE = 750
IDLE_AT_CLIENTS = 5  # seconds that HTTP clients keep an idle connection: httpx 5, undici 4


def millicores(pod: Document) -> int:
    """The scheduler's sum: all containers together, or the largest init container."""

    def asked(found: Document) -> int:
        cpu = str(found["resources"]["requests"]["cpu"])
        return int(cpu.removesuffix("m")) if cpu.endswith("m") else int(cpu) * 1000

    together = sum(asked(found) for found in pod["containers"])
    return max([together, *(asked(found) for found in pod.get("initContainers", []))])


@pytest.mark.parametrize("place", PLACES)
def test_services_select_pods_and_name_their_ports(place: str) -> None:
    objects = named(place)
    for service in (found for name, found in objects.items() if name.startswith("Service/")):
        wanted_labels = service["spec"]["selector"].items()
        matching = [
            found["spec"]["template"]
            for name, found in objects.items()
            if name.startswith("Deployment/")
            and wanted_labels <= found["spec"]["template"]["metadata"]["labels"].items()
        ]
        assert len(matching) == 1
        ports = {port["name"] for found in matching[0]["spec"]["containers"] for port in found["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_metrics_are_where_prometheus_looks_and_behind_no_service(overlay: str) -> None:
    objects = named(overlay)
    template = objects["Deployment/backend-deployment"]["spec"]["template"]
    (container,) = template["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert template["metadata"]["annotations"]["prometheus.io/port"] == str(ports["metrics"])
    (configured,) = (each["value"] for each in container["env"] if each["name"] == "METRICS_PORT")
    assert configured == str(ports["metrics"])
    for service in (found for name, found in objects.items() if name.startswith("Service/")):
        targets = {port.get("targetPort", port["port"]) for port in service["spec"]["ports"]}
        assert targets.isdisjoint({"metrics", ports["metrics"]})


@pytest.mark.parametrize("place", PLACES)
def test_recommended_labels_stay_out_of_selectors(place: str) -> None:
    for document in named(place).values():
        assert document["metadata"]["labels"]["app.kubernetes.io/part-of"] == "todo"
        assert "app.kubernetes.io/managed-by" not in document["metadata"]["labels"]  # Tilt's own
        if document["kind"] in {"PersistentVolume", "PersistentVolumeClaim"}:
            continue  # they select nothing
        selector = document["spec"].get("selector") or document["spec"]["podSelector"]
        assert list(selector.get("matchLabels", selector)) == ["app"]


@pytest.mark.parametrize("place", PLACES)
def test_every_secret_key_can_come_from_env(place: str, tmp_path: Path) -> None:
    made = {secret.name: set(secret.values) for secret in wanted({}, tmp_path)}
    optional = {key for key, rule in KEYS.items() if rule.secret}
    assert set(made) == {secret.name for secret in every()}
    for found in (found for pod in pod_specs(place).values() for found in containers(pod)):
        for variable in found.get("env", []):
            reference = variable.get("valueFrom", {}).get("secretKeyRef")
            if reference:
                assert reference["key"] == variable["name"]
                expected = optional if reference.get("optional") else made[reference["name"]]
                assert reference["key"] in expected


def test_shutdown_ends_within_the_grace_period() -> None:
    """preStop, then draining, then at most the limit for requests in progress."""
    api_dockerfile = (ROOT / "api/Dockerfile").read_text()
    limits = {
        "backend": int(re.findall(r'--timeout-graceful-shutdown",? ?"?(\d+)', api_dockerfile)[-1]),
        "frontend": int(
            re.findall(r"DRAIN_LIMIT_SECONDS = (\d+)", (ROOT / "ui/server/drain.cjs").read_text())[0]
        ),
    }
    for part, limit in limits.items():
        pod = pod_specs("k8s")[f"Deployment/{part}-deployment"]
        (container,) = pod["containers"]
        pre_stop = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        (drain,) = (int(each["value"]) for each in container["env"] if each["name"] == "DRAIN_SECONDS")
        assert drain == Settings.model_fields["drain_seconds"].default  # plain uvicorn drains as long
        assert drain > IDLE_AT_CLIENTS
        assert pre_stop + drain + limit < pod["terminationGracePeriodSeconds"]


@pytest.mark.parametrize("overlay", ["k8s", "deploy/overlays/dev"])
def test_everything_fits_on_two_cores(overlay: str) -> None:
    deployments = {name: found for name, found in named(overlay).items() if name.startswith("Deployment/")}
    pods = {name: millicores(pod) for name, pod in pod_specs(overlay).items()}
    steady = CONTROL_PLANE + sum(
        pods[name] * found["spec"]["replicas"] for name, found in deployments.items()
    )
    stand_ins = [millicores(pod) for place in STAND_INS for pod in pod_specs(place).values()]
    assert max(stand_ins) <= 25
    assert steady + sum(stand_ins) <= NODE
    # With the specification's objects alone the surge pod of one rollout fits beside them. With a stand-in it waits
    # until maxUnavailable has removed an old pod, so every rollout still completes.
    assert steady + max(pods.values()) <= NODE
    for found in deployments.values():
        assert found["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] >= 1


def test_init_containers_cost_the_scheduler_nothing() -> None:
    pod = pod_specs("k8s")["Deployment/backend-deployment"]
    for found in pod["initContainers"]:
        assert found["resources"] == pod["containers"][0]["resources"]


def test_annotations_for_checksums_name_what_the_pods_read() -> None:
    """The Tiltfile fills in every annotation `checksum/NAME`."""
    secret_names = {secret.name for secret in every()}
    known = secret_names | config_maps({}, standins.used({})).keys()
    for place in ("deploy/overlays/dev", *STAND_INS):
        for found in (found for name, found in named(place).items() if name.startswith("Deployment/")):
            annotations = found["spec"]["template"]["metadata"].get("annotations", {})
            secrets = {
                variable["valueFrom"]["secretKeyRef"]["name"]
                for container in containers(found["spec"]["template"]["spec"])
                for variable in container.get("env", [])
                if "secretKeyRef" in variable.get("valueFrom", {})
            }
            config = {
                source["configMapRef"]["name"]
                for container in containers(found["spec"]["template"]["spec"])
                for source in container.get("envFrom", [])
            }
            checksums = {name for name in annotations if name.startswith("checksum/")}
            assert {name.removeprefix("checksum/") for name in checksums} == secrets | config <= known


def test_the_backend_finds_the_assistants_stand_in() -> None:
    service = named(GROQ)["Service/groq"]
    (port,) = service["spec"]["ports"]
    address = f"http://{service['metadata']['name']}.{service['metadata']['namespace']}:{port['port']}"
    assert address == standins.assistant_url()
    (pod,) = pod_specs(GROQ).values()
    assert (
        f"PORT={pod['containers'][0]['ports'][0]['containerPort']}\n"
        in (ROOT / "standins/groq/Dockerfile").read_text()
    )
