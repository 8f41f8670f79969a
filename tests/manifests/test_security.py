"""Pod Security "restricted" for everything that we deploy, and no secret where anybody could read it."""

import re

import pytest

from tests.manifests.render import OVERLAYS, ROOT, STAND_INS, Document, containers, named, pod_specs

PLACES = [*OVERLAYS, *STAND_INS]
LIKE_A_SECRET = re.compile(r"KEY|SECRET|TOKEN|PASSWORD|DATABASE_URL|CREDENTIAL")


def violations(pod: Document) -> list[str]:
    """What the Pod Security Standard "restricted" would refuse, checked by its published list of controls."""
    found = [field for field in ("hostNetwork", "hostPID", "hostIPC") if pod.get(field)]
    security = pod.get("securityContext", {})
    if security.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        found.append("seccompProfile")
    if not security.get("runAsNonRoot") or not security.get("runAsUser"):
        found.append("runAsNonRoot")
    kinds = {kind for volume in pod.get("volumes", []) for kind in volume if kind != "name"}
    found += kinds - {
        "emptyDir",
        "configMap",
        "secret",
        "projected",
        "downwardAPI",
        "csi",
        "ephemeral",
        "persistentVolumeClaim",
    }
    for container in containers(pod):
        own = container.get("securityContext", {})
        if own.get("allowPrivilegeEscalation") is not False or own.get("privileged"):
            found.append("allowPrivilegeEscalation")
        if own.get("capabilities") != {"drop": ["ALL"]}:
            found.append("capabilities")
        found += [f"own {field}" for field in ("runAsNonRoot", "runAsUser", "seccompProfile") if field in own]
        found += ["hostPort" for port in container.get("ports", []) if "hostPort" in port]
    return found


@pytest.mark.parametrize("place", PLACES)
def test_pod_security_restricted(place: str) -> None:
    for name, pod in pod_specs(place).items():
        assert violations(pod) == [], name


def test_the_check_notices_a_relaxed_pod() -> None:
    pod = pod_specs("k8s")["Deployment/backend-deployment"]
    pod["containers"][0]["securityContext"]["capabilities"] = {"drop": ["ALL"], "add": ["SYS_ADMIN"]}
    pod["securityContext"]["runAsUser"] = 0
    assert violations(pod) == ["runAsNonRoot", "capabilities"]


@pytest.mark.parametrize("place", PLACES)
def test_pods_get_no_token_and_no_service_addresses(place: str) -> None:
    for pod in pod_specs(place).values():
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False
        assert pod["securityContext"]["runAsUser"] == pod["securityContext"]["runAsGroup"] == 10001


@pytest.mark.parametrize("place", PLACES)
def test_nfr2_no_literal_secret(place: str) -> None:
    """`kubectl describe pod` prints literal values; of a reference it prints the name."""
    for pod in pod_specs(place).values():
        for variable in (variable for container in containers(pod) for variable in container.get("env", [])):
            assert not (LIKE_A_SECRET.search(variable["name"]) and "value" in variable), variable["name"]


def test_nfr2_nothing_secret_is_public_to_the_browser() -> None:
    (container,) = pod_specs("k8s")["Deployment/frontend-deployment"]["containers"]
    for variable in container["env"]:
        assert "valueFrom" not in variable, "the frontend needs no secret"
        assert not LIKE_A_SECRET.search(variable["name"])


def test_stand_ins_live_in_a_restricted_namespace_of_their_own() -> None:
    namespace = named("standins/namespace.yaml")["Namespace/todo-standins"]
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    objects = [found for place in STAND_INS for found in named(place).values()]
    places = [found["spec"].get("claimRef", found["metadata"])["namespace"] for found in objects]
    assert set(places) == {"todo-standins"}


def test_nfr2_no_secret_object_is_committed() -> None:
    for file in (
        file for folder in ("k8s", "deploy", "standins") for file in (ROOT / folder).rglob("*.yaml")
    ):
        assert not re.search(r"^kind: Secret$", file.read_text(), re.MULTILINE), file
