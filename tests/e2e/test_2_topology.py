"""The specification's checklist on the running cluster: pods, Services, who can be reached from where."""

import socket
import subprocess

import pytest

from tests.e2e import world

pytestmark = pytest.mark.usefixtures("deployed")
MEBIBYTES = {"512Mi": 512, "1Gi": 1024}  # the limits of deploy/dev


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
    limits = {
        pod["metadata"]["name"]: pod["spec"]["containers"][0]["resources"]["limits"]["memory"]
        for app in ("todo-backend", "todo-frontend")
        for pod in world.pods(app)
    }
    usage: dict[str, int] = {}

    def all_listed() -> bool:
        lines = [line.split() for line in world.kubectl("top", "pods", "--no-headers").splitlines()]
        usage.update({name: int(memory.removesuffix("Mi")) for name, _, memory in lines})
        return limits.keys() <= usage.keys()

    world.until(all_listed, timeout=60, pause=2, what="kubectl top lists all pods")  # measured every 15 s
    assert all(0 < usage[name] < MEBIBYTES[limit] for name, limit in limits.items())


@pytest.mark.parametrize(
    ("namespace", "source", "target", "passes"),
    [
        ("default", "deployment/backend-deployment", "postgres.todo-standins:5432", True),
        ("default", "deployment/backend-deployment", "groq.todo-standins:8080", True),
        ("default", "deployment/backend-deployment", "frontend-service.default:3000", False),
        ("default", "deployment/backend-deployment", "kubernetes.default:443", False),
        ("todo-standins", "deployment/groq", "backend-service.default:8000", False),
        ("todo-standins", "deployment/groq", "postgres.todo-standins:5432", False),
    ],
)
def test_network_policies_are_enforced(namespace: str, source: str, target: str, passes: bool) -> None:
    """That the frontend reaches the backend, and everybody the frontend, is in all tests that use the application."""
    host, _, port = target.partition(":")
    address = world.kubectl(
        "--namespace", host.partition(".")[2], "get", "service", host.partition(".")[0],
        "-o", "jsonpath={.spec.clusterIP}",
    )  # fmt: skip
    connect = f"import socket; socket.create_connection(({address!r}, {port}), 3)"
    command = ["kubectl", "--namespace", namespace, "exec", source, "--", "python3", "-c", connect]
    done = subprocess.run(command, env=world.ENVIRONMENT, capture_output=True, text=True, check=False)
    assert passes == (done.returncode == 0), done.stderr
    assert passes or "TimeoutError" in done.stderr or "ConnectionRefusedError" in done.stderr, done.stderr
