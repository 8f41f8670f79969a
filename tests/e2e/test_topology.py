"""The specification's checklist on the running cluster: pods, Services, and which connections are possible."""

import json
import re
import socket
import subprocess
from collections.abc import Iterator

import pytest

from tests.support import world
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("deployed")
MEBIBYTES = {"512Mi": 512, "1Gi": 1024, "2Gi": 2048}  # the limits of deploy/overlays/dev


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


@pytest.mark.parametrize("host", ["localhost", "the node"])
def test_the_frontend_answers_on_its_node_port(host: str) -> None:
    assert world.http(f"http://{host if host == 'localhost' else node_address()}:30080")[0] == 200


def test_both_services_lead_to_both_pods() -> None:
    for name in ("backend", "frontend"):
        addresses = world.endpoints(f"{name}-service")
        assert addresses == {pod["status"]["podIP"] for pod in world.pods(f"todo-{name}")}
        assert len(addresses) == 2


def test_the_backend_can_not_be_reached_from_outside() -> None:
    ports = world.objects("services", "--field-selector=metadata.name=backend-service")[0]["spec"]["ports"]
    assert all("nodePort" not in port for port in ports)
    for address in (node_address(), "127.0.0.1"):
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


def test_pods_have_no_access_to_the_api_server() -> None:
    for app in ("todo-backend", "todo-frontend"):
        for pod in world.pods(app):
            mounts = [mount for each in pod["spec"]["containers"] for mount in each.get("volumeMounts", [])]
            assert not any("serviceaccount" in mount["mountPath"] for mount in mounts)


def test_kubectl_top_shows_every_pod_within_its_memory_limit() -> None:
    limits = {
        pod["metadata"]["name"]: pod["spec"]["containers"][0]["resources"]["limits"]["memory"]
        for app in ("todo-backend", "todo-frontend")
        for pod in world.pods(app)
    }
    usage: dict[str, int] = {}

    def all_listed() -> bool:
        command = ["kubectl", "top", "pods", "--no-headers"]  # fails until a pod has been measured
        done = subprocess.run(command, env=world.ENVIRONMENT, capture_output=True, text=True, check=False)
        lines = [line.split() for line in done.stdout.splitlines()]
        usage.update({name: int(memory.removesuffix("Mi")) for name, _, memory in lines})
        return limits.keys() <= usage.keys()

    until(all_listed, timeout=60, pause=2, what="kubectl top lists all pods")  # measured every 15 s
    assert all(0 < usage[name] < MEBIBYTES[limit] for name, limit in limits.items())


@pytest.fixture(scope="module")
def outsider(deployed: object) -> Iterator[str]:
    """A pod that no policy selects. Only the target pod's policy can block it."""
    assert deployed
    image = world.pods("todo-backend")[0]["spec"]["containers"][0]["image"]
    container = {
        "name": "outsider", "image": image, "imagePullPolicy": "Never", "command": ["sleep", "infinity"],
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }  # fmt: skip
    spec = {
        "containers": [container],
        "terminationGracePeriodSeconds": 1,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    }
    override = json.dumps({"apiVersion": "v1", "spec": spec})
    world.kubectl("delete", "pod", "outsider", "--ignore-not-found", "--wait=true")  # of an interrupted run
    options = ["--restart=Never", "--labels=app.kubernetes.io/part-of=todo", f"--overrides={override}"]
    world.kubectl("run", "outsider", f"--image={image}", *options)
    world.kubectl("wait", "pod/outsider", "--for=condition=Ready", "--timeout=60s")
    yield "default/outsider"
    world.kubectl("delete", "pod", "outsider", "--wait=true")


BACKEND, FRONTEND = "default/deployment/backend-deployment", "default/deployment/frontend-deployment"
GROQ, OUTSIDER = "todo-standins/deployment/groq", "default/outsider"


@pytest.mark.usefixtures("outsider")
@pytest.mark.parametrize(
    ("source", "target", "passes"),
    [
        (BACKEND, "todo-standins/service/postgres:5432", True),
        (BACKEND, "todo-standins/service/groq:8080", True),
        (BACKEND, "default/service/frontend-service:3000", False),
        (BACKEND, "default/service/kubernetes:443", False),
        (FRONTEND, "default/service/backend-service:8000", True),
        (FRONTEND, "default/pod/todo-backend:9090", False),
        (FRONTEND, "todo-standins/service/postgres:5432", False),
        (FRONTEND, "todo-standins/service/groq:8080", False),
        (GROQ, "default/service/backend-service:8000", False),
        (GROQ, "todo-standins/service/postgres:5432", False),
        (OUTSIDER, "default/service/frontend-service:3000", True),
        (OUTSIDER, "default/service/kubernetes:443", True),
        (OUTSIDER, "default/service/backend-service:8000", False),
        (OUTSIDER, "default/pod/todo-backend:9090", False),
        (OUTSIDER, "todo-standins/service/postgres:5432", False),
        (OUTSIDER, "todo-standins/service/groq:8080", False),
    ],
)
def test_network_policies_are_enforced(source: str, target: str, passes: bool) -> None:
    namespace, _, name = source.partition("/")
    address, port = address_of(target)
    connect = ["python3", "-c", f"import socket; socket.create_connection(({address!r}, {port}), 3)"]
    if source == FRONTEND:
        connect = ["node", "-e", NODE_CONNECT, address, port]
    command = ["kubectl", "--namespace", namespace, "exec", name, "--", *connect]
    done = subprocess.run(command, env=world.ENVIRONMENT, capture_output=True, text=True, check=False)
    assert passes == (done.returncode == 0), done.stderr
    assert passes or re.search("TimeoutError|ConnectionRefusedError|ECONNREFUSED", done.stderr), done.stderr


NODE_CONNECT = """
const [host, port] = process.argv.slice(1)
const end = (error) => { if (error) console.error(error.code); process.exit(error ? 1 : 0) }
require('net').connect({ host, port }).on('connect', () => end()).on('error', end)
setTimeout(end, 3000, { code: 'TimeoutError' })"""


def address_of(target: str) -> tuple[str, str]:
    """The address of a Service or of an app's pod."""
    namespace, kind, name = target.split("/")
    name, _, port = name.partition(":")
    if kind == "pod":
        return str(world.pods(name)[0]["status"]["podIP"]), port
    found = world.kubectl(
        "--namespace", namespace, "get", kind, name, "-o", "jsonpath={.spec.clusterIP}"
    )  # fmt: skip
    return found, port


def node_address() -> str:
    """The output of `minikube ip`."""
    return str(world.objects("nodes")[0]["status"]["addresses"][0]["address"])
