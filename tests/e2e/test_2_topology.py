"""The specification's checklist on the running cluster: pods, Services, who can be reached from where."""

import socket

import pytest

from tests.e2e import world

pytestmark = pytest.mark.usefixtures("deployed")


def test_exactly_four_pods_run_and_are_ready() -> None:
    pods = [pod for pod in world.objects("pods") if "deletionTimestamp" not in pod["metadata"]]
    apps = sorted(pod["metadata"]["labels"]["app"] for pod in pods)
    assert apps == ["todo-backend", "todo-backend", "todo-frontend", "todo-frontend"]
    assert all(pod["status"]["phase"] == "Running" and world.ready(pod) for pod in pods)


def test_both_services_have_the_specified_types_and_ports() -> None:
    services = {service["metadata"]["name"]: service["spec"] for service in world.objects("services")}
    assert services["backend-service"]["type"] == "ClusterIP"
    assert services["backend-service"]["ports"][0]["port"] == 8000
    assert services["frontend-service"]["type"] == "NodePort"
    assert services["frontend-service"]["ports"][0]["nodePort"] == 30080


def test_the_frontend_answers_on_its_node_port() -> None:
    assert world.http(world.APP)[0] == 200


def test_the_backend_can_not_be_reached_from_outside() -> None:
    ports = world.objects("services", "--field-selector=metadata.name=backend-service")[0]["spec"]["ports"]
    assert all("nodePort" not in port for port in ports)
    node = world.objects("nodes")[0]["status"]["addresses"][0]["address"]
    for address in (node, "127.0.0.1"):
        with socket.socket() as client:
            client.settimeout(3)
            assert client.connect_ex((address, 8000)) != 0, address


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/health/live", "/api/docs", "/api/openapi.json"])
def test_the_proxy_passes_on_nothing_but_the_api(path: str) -> None:
    assert world.http(world.APP + path)[0] == 404


def test_the_frontend_finds_the_backend_by_its_service_name() -> None:
    for pod in world.pods("todo-frontend"):
        environment = {item["name"]: item.get("value") for item in pod["spec"]["containers"][0]["env"]}
        assert environment["NEXT_PUBLIC_API_URL"] == "http://backend-service:8000"
    status, about = world.http(f"{world.APP}/api/v1/about")
    assert status == 200
    assert about["pod"] in {pod["metadata"]["name"] for pod in world.pods("todo-backend")}


def test_secrets_reach_the_pods_but_not_their_description() -> None:
    for name in ("DATABASE_URL", "GROQ_API_KEY"):
        sources = [
            item["valueFrom"]["secretKeyRef"]["name"]
            for pod in world.pods("todo-backend")
            for item in pod["spec"]["containers"][0]["env"]
            if item["name"] == name
        ]
        assert sources == ["todo-secrets", "todo-secrets"]
    assert "postgresql://" not in world.kubectl("describe", "pods", "-l", "app=todo-backend")


def test_pods_run_restricted_and_unprivileged() -> None:
    namespace = world.objects("namespaces", "--field-selector=metadata.name=default")[0]
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    pod = world.pods("todo-backend")[0]["metadata"]["name"]
    assert world.kubectl("exec", pod, "-c", "backend", "--", "id", "-u").strip() == "10001"


def test_kubectl_top_shows_every_pod_within_its_memory_limit() -> None:
    names = {pod["metadata"]["name"] for app in ("todo-backend", "todo-frontend") for pod in world.pods(app)}
    usage: dict[str, int] = {}

    def all_listed() -> bool:
        lines = [line.split() for line in world.kubectl("top", "pods", "--no-headers").splitlines()]
        usage.update({name: int(memory.removesuffix("Mi")) for name, _, memory in lines})
        return names <= set(usage)

    world.until(all_listed, timeout=60, pause=2, what="kubectl top lists all pods")  # measured every 15 s
    assert all(0 < usage[name] < 512 for name in names)
