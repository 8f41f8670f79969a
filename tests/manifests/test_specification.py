"""The acceptance lines of the specification (FR, NFR) that can be read off manifests and Dockerfiles, one test each."""

import re

import pytest

from tests.manifests.render import OVERLAYS, ROOT, Document, containers, named, pod_specs

WORKLOADS = {"backend": ("todo-backend", 8000, "/docs"), "frontend": ("todo-frontend", 3000, "/")}
REQUESTS = {"cpu": "250m", "memory": "256Mi", "ephemeral-storage": "64Mi"}
LIMITS = {"cpu": "500m", "memory": "512Mi", "ephemeral-storage": "512Mi"}
# `next dev` compiles in the pod: it peaked at 486 MiB in a walk through all pages with 25 edits
COMPILER_LIMITS = {"cpu": "1", "memory": "2Gi", "ephemeral-storage": "2Gi"}


def container(overlay: str, part: str) -> Document:
    (only,) = pod_specs(overlay)[f"Deployment/{part}-deployment"]["containers"]
    found: Document = only
    return found


def variables(overlay: str, part: str) -> dict[str, Document]:
    return {variable["name"]: variable for variable in container(overlay, part)["env"]}


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("part", WORKLOADS)
def test_fr1_two_replicas_of_each_part(overlay: str, part: str) -> None:
    deployment = named(overlay)[f"Deployment/{part}-deployment"]
    app, port, _ = WORKLOADS[part]
    assert deployment["spec"]["replicas"] == 2
    assert deployment["spec"]["selector"]["matchLabels"] == {"app": app}
    assert deployment["spec"]["template"]["metadata"]["labels"]["app"] == app
    ports = {found["name"]: found["containerPort"] for found in container(overlay, part)["ports"]}
    assert ports.pop("http") == port
    assert set(ports) <= {"metrics"}
    assert "namespace" not in deployment["metadata"]  # the specification's commands carry no -n


@pytest.mark.parametrize("overlay", ["k8s", "deploy/overlays/dev"])
@pytest.mark.parametrize("part", WORKLOADS)
def test_fr1_images_are_built_locally(overlay: str, part: str) -> None:
    pod = pod_specs(overlay)[f"Deployment/{part}-deployment"]
    for found in containers(pod):
        assert found["image"] == f"todo-{part}:latest"
        assert found["imagePullPolicy"] == "IfNotPresent"


@pytest.mark.parametrize("part", WORKLOADS)
def test_fr1_nfr3_probes(part: str) -> None:
    _, _, path = WORKLOADS[part]
    found = container("k8s", part)
    for kind, delay in (("readinessProbe", 10), ("livenessProbe", 30)):
        assert found[kind]["httpGet"] == {"path": path, "port": "http"}
        assert found[kind]["initialDelaySeconds"] == delay


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_fr1_backend_is_reachable_from_inside_only(overlay: str) -> None:
    spec = named(overlay)["Service/backend-service"]["spec"]
    assert spec["type"] == "ClusterIP"
    assert [(port["port"], port["targetPort"], port.get("nodePort")) for port in spec["ports"]] == [
        (8000, "http", None)
    ]
    assert "externalIPs" not in spec
    assert not any("hostPort" in port for port in container(overlay, "backend")["ports"])


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_fr1_frontend_is_reachable_from_outside(overlay: str) -> None:
    spec = named(overlay)["Service/frontend-service"]["spec"]
    assert spec["type"] == "NodePort"
    assert [(port["port"], port["targetPort"], port["nodePort"]) for port in spec["ports"]] == [
        (3000, "http", 30080)
    ]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_fr2_frontend_finds_the_backend_by_name(overlay: str) -> None:
    assert variables(overlay, "frontend")["NEXT_PUBLIC_API_URL"]["value"] == "http://backend-service:8000"
    port = named(overlay)["Service/backend-service"]["spec"]["ports"][0]["port"]
    assert port == 8000


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_fr3_fr4_nfr2_secrets_come_from_the_secret(overlay: str) -> None:
    found = variables(overlay, "backend")
    required = {"name": "todo-secrets", "key": "DATABASE_URL"}
    assert found["DATABASE_URL"]["valueFrom"] == {"secretKeyRef": required}
    for key in ("GROQ_API_KEY", "JWT_SECRET"):  # the code does without them
        optional = {"name": "todo-secrets", "key": key, "optional": True}
        assert found[key]["valueFrom"] == {"secretKeyRef": optional}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_nfr1_resources_of_every_container(overlay: str) -> None:
    for name, pod in pod_specs(overlay).items():
        compiles = (overlay, name) == ("deploy/overlays/dev", "Deployment/frontend-deployment")
        for found in containers(pod):
            limits = COMPILER_LIMITS if compiles else LIMITS
            assert found["resources"] == {"requests": REQUESTS, "limits": limits}


@pytest.mark.parametrize("part", WORKLOADS)
def test_nfr1_no_session_affinity_is_required(part: str) -> None:
    assert "sessionAffinity" not in named("k8s")[f"Service/{part}-service"]["spec"]


@pytest.mark.parametrize("overlay", ["k8s", "deploy/overlays/dev"])
@pytest.mark.parametrize("part", WORKLOADS)
def test_nfr3_rolling_update(overlay: str, part: str) -> None:
    strategy = named(overlay)[f"Deployment/{part}-deployment"]["spec"]["strategy"]
    assert strategy == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 1}}


def test_nfr3_one_of_several_can_go_while_a_node_is_drained() -> None:
    for part, (app, _, _) in WORKLOADS.items():
        spec = named("deploy/overlays/prod")[f"PodDisruptionBudget/{part}"]["spec"]
        assert spec == {"maxUnavailable": 1, "selector": {"matchLabels": {"app": app}}}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_2_and_1_2_no_storage_and_no_autoscaler(overlay: str) -> None:
    kinds = {name.partition("/")[0] for name in named(overlay)}
    assert kinds <= {"Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy"}


@pytest.mark.parametrize(
    ("part", "base", "copies_from_a_stage"),
    [("api", "python:3.12-slim", False), ("ui", "node:20-alpine", True)],
)
def test_4_2_bases_and_stages(part: str, base: str, copies_from_a_stage: bool) -> None:
    """The backend's stages build on each other, so the image equals that of a single stage."""
    instructions = (ROOT / part / "Dockerfile").read_text().splitlines()
    [image] = [line.partition("=")[2] for line in instructions if re.match(r"ARG (PYTHON|NODE)_IMAGE=", line)]
    assert image == base
    assert any(line.startswith("COPY --from=") for line in instructions) == copies_from_a_stage
