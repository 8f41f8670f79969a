"""Evaluates the policies as the Kubernetes documentation defines them: the flows that they allow and deny."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

import pytest

from dev.commands.settings import settings
from tests.manifests.render import ROOT, STAND_INS, Document, documents

DEV = "deploy/overlays/dev"
OBJECTS = {
    DEV: [found for place in (DEV, "standins/network-policy.yaml", *STAND_INS) for found in documents(place)],
    "deploy/overlays/prod": documents("deploy/overlays/prod"),
}


@dataclass(frozen=True)
class Peer:
    """One end of a connection: a pod by its namespace and labels, or an address outside of the cluster."""

    namespace: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    address: str = ""
    ports: dict[str, int] = field(default_factory=dict)


FRONTEND = Peer("default", {"app": "todo-frontend"}, ports={"http": 3000})
BACKEND = Peer("default", {"app": "todo-backend"}, ports={"http": 8000, "metrics": 9090})
POSTGRES = Peer("todo-standins", {"app": "postgres"}, ports={"postgres": 5432})
GROQ = Peer("todo-standins", {"app": "groq"}, ports={"http": 8080})
DNS = Peer("kube-system", {"k8s-app": "kube-dns"}, ports={"dns": 53})
PROMETHEUS = Peer("monitoring", {"app.kubernetes.io/name": "prometheus"})
STRANGER = Peer("default", {"app": "stranger"}, ports={"http": 80})
INTERNET = Peer(address="203.0.113.7")
NEIGHBOUR = Peer(address="192.168.1.7")
NODE = Peer(address="192.168.49.1")  # host.minikube.internal
INTERNET_6 = Peer(address="2001:db8::7")
METADATA = Peer(address="169.254.169.254")

ALLOWED = [
    (INTERNET, FRONTEND, 3000),
    (STRANGER, FRONTEND, 3000),
    (FRONTEND, BACKEND, 8000),
    (FRONTEND, DNS, 53),
    (BACKEND, DNS, 53),
    (BACKEND, INTERNET, 5432),
    (BACKEND, INTERNET, 443),
    (PROMETHEUS, BACKEND, 9090),
]
REFUSED = [
    (STRANGER, BACKEND, 8000),
    (INTERNET, BACKEND, 8000),
    (POSTGRES, BACKEND, 8000),
    (STRANGER, BACKEND, 9090),
    (FRONTEND, BACKEND, 9090),
    (PROMETHEUS, BACKEND, 8000),
    (FRONTEND, INTERNET, 443),
    (FRONTEND, POSTGRES, 5432),
    (FRONTEND, GROQ, 8080),
    (BACKEND, FRONTEND, 3000),
    (BACKEND, INTERNET, 80),
    (BACKEND, NEIGHBOUR, 443),
    (BACKEND, INTERNET_6, 443),
    (BACKEND, METADATA, 5432),
    (BACKEND, METADATA, 443),
    (BACKEND, STRANGER, 80),
]
# deploy/components/private-database: in development, and in production by one line
PRIVATE_DATABASE = [
    (BACKEND, NEIGHBOUR, 5432),
    (BACKEND, NODE, 5432),
    (BACKEND, NODE, 5433),
    (BACKEND, INTERNET_6, 5432),
    (BACKEND, INTERNET_6, 6543),
]
LITERAL = "postgresql://u:p@192.168.1.7:7777/d?sslmode=disable"
NAMED = "postgresql://u:p@db.example:6543/d?sslmode=require"
STAND_INS_ALLOWED = [(BACKEND, POSTGRES, 5432), (BACKEND, GROQ, 8080)]
STAND_INS_REFUSED = [
    (STRANGER, POSTGRES, 5432),
    (STRANGER, GROQ, 8080),
    (POSTGRES, INTERNET, 443),
    (GROQ, DNS, 53),
]


def passes(objects: list[Document], source: Peer, target: Peer, port: int) -> bool:
    """Both the source's egress policies and the target's ingress policies must allow a connection."""
    return _permits(objects, "Egress", source, target, target, port) and _permits(
        objects, "Ingress", target, source, target, port
    )


def _permits(objects: list[Document], kind: str, own: Peer, other: Peer, target: Peer, port: int) -> bool:
    policies = [
        policy["spec"]
        for policy in objects
        if policy["kind"] == "NetworkPolicy"
        and policy["metadata"].get("namespace", "default") == own.namespace
        and _selects(policy["spec"]["podSelector"], own.labels)
        and kind in policy["spec"]["policyTypes"]
    ]
    rules = [rule for policy in policies for rule in policy.get(kind.lower(), [])]
    end = "to" if kind == "Egress" else "from"
    return not policies or any(
        _reaches(rule.get(end, []), own, other) and port in set(_numbers(rule.get("ports", []), target))
        for rule in rules
    )


def _reaches(peers: list[Document], own: Peer, other: Peer) -> bool:
    return not peers or any(_is(peer, own, other) for peer in peers)


def _is(peer: Document, own: Peer, other: Peer) -> bool:
    if "ipBlock" in peer:
        block, address = peer["ipBlock"], ip_address(other.address or "10.244.0.9")
        excepted = any(address in ip_network(net) for net in block.get("except", []))
        return bool(other.address) and address in ip_network(block["cidr"]) and not excepted
    if not other.namespace:
        return False
    namespaces = peer.get("namespaceSelector")
    same = other.namespace == own.namespace
    named = (
        same if namespaces is None else _selects(namespaces, {"kubernetes.io/metadata.name": other.namespace})
    )
    return named and _selects(peer.get("podSelector", {}), other.labels)


def _selects(selector: Document, labels: dict[str, str]) -> bool:
    wanted: dict[str, str] = selector.get("matchLabels", {})
    return wanted.items() <= labels.items()


def _numbers(ports: list[Document], target: Peer) -> Iterator[int]:
    for each in ports:
        number = each["port"]
        yield number if isinstance(number, int) else target.ports.get(number, 0)


@pytest.mark.parametrize("overlay", OBJECTS)
def test_what_the_application_needs_passes(overlay: str) -> None:
    flows = ALLOWED + (STAND_INS_ALLOWED + PRIVATE_DATABASE if overlay == DEV else [])
    assert [flow for flow in flows if not passes(OBJECTS[overlay], *flow)] == []


@pytest.mark.parametrize("overlay", OBJECTS)
def test_nothing_else_passes(overlay: str) -> None:
    flows = REFUSED + (STAND_INS_REFUSED if overlay == DEV else STAND_INS_ALLOWED + PRIVATE_DATABASE)
    assert [flow for flow in flows if passes(OBJECTS[overlay], *flow)] == []


def test_a_private_database_takes_one_line_in_production() -> None:
    overlay = (ROOT / "deploy/overlays/prod/kustomization.yaml").read_text()
    assert "\n  # - ../../components/private-database #" in overlay
    objects = OBJECTS["deploy/overlays/prod"] + documents("deploy/components/private-database/policy.yaml")
    assert [flow for flow in ALLOWED + PRIVATE_DATABASE if not passes(objects, *flow)] == []
    assert [flow for flow in REFUSED if passes(objects, *flow)] == []


@pytest.mark.parametrize(
    ("url", "reached", "not_reached"),
    [
        (
            NAMED,
            [(INTERNET, 6543), (NEIGHBOUR, 6543), (INTERNET_6, 6543)],
            [(METADATA, 6543), (INTERNET, 6544)],
        ),
        (NAMED + "&port=7000", [(INTERNET, 7000)], [(INTERNET, 6543)]),
        (LITERAL, [(NEIGHBOUR, 7777)], [(NODE, 7777), (INTERNET, 7777), (NEIGHBOUR, 7778)]),
        (LITERAL.replace("192.168.1.7", "[2001:db8::7]"), [(INTERNET_6, 7777)], [(INTERNET, 7777)]),
        (LITERAL.replace("192.168.1.7", "host.minikube.internal"), [(NODE, 7777)], [(METADATA, 7777)]),
    ],
)
def test_the_database_that_env_names_is_reached_and_nothing_else(
    url: str, reached: list[tuple[Peer, int]], not_reached: list[tuple[Peer, int]]
) -> None:
    """Rendered as the Tiltfile applies them: the overlay's policies and the one of these settings."""
    objects = OBJECTS[DEV] + settings({"DATABASE_URL": url})["network_policies"]
    assert [flow for flow in reached if not passes(objects, BACKEND, *flow)] == []
    assert [flow for flow in not_reached if passes(objects, BACKEND, *flow)] == []
    assert [flow for flow in REFUSED if passes(objects, *flow)] == []


def test_both_databases_of_env_are_reached_and_without_one_no_policy_is_made() -> None:
    values = {"DATABASE_URL": NAMED, "DATABASE_URL_DIRECT": LITERAL}
    objects = OBJECTS[DEV] + settings(values)["network_policies"]
    assert passes(objects, BACKEND, INTERNET, 6543)
    assert passes(objects, BACKEND, NEIGHBOUR, 7777)
    assert settings({})["network_policies"] == []
    assert settings({}, teardown=True)["network_policies"] != []


def test_without_the_policies_all_of_it_would_pass() -> None:
    assert all(passes(documents("k8s"), *flow) for flow in REFUSED)
