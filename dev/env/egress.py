"""The NetworkPolicy that lets the backend reach the databases that `.env` names, at whatever address and port.

A host name may lead anywhere, and elsewhere tomorrow: its port opens for all addresses. An address opens alone.
"""

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

NAME = "backend-to-named-database"
DATABASES = ("DATABASE_URL", "DATABASE_URL_DIRECT")
# never the link-local addresses, where clouds keep their metadata
ANYWHERE = (
    {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]},
    {"cidr": "::/0", "except": ["fe80::/10"]},
)


def policy(values: Mapping[str, str]) -> dict[str, Any]:
    """The manifest for these `.env` values; without a database in them, it lets nothing through."""
    rules = {str(rule): rule for key in DATABASES if key in values for rule in [_rule(values[key])]}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": NAME, "labels": {"app.kubernetes.io/part-of": "todo"}},
        "spec": {
            "podSelector": {"matchLabels": {"app": "todo-backend"}},
            "policyTypes": ["Egress"],
            "egress": list(rules.values()),
        },
    }


def port(url: str) -> int:
    """Where libpq connects to: the query wins."""
    parts = urlsplit(url)
    named = parse_qs(parts.query).get("port", [""])[-1]
    return int(named) if named.isdecimal() else parts.port or 5432


def _rule(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    hosts = query.get("hostaddr") or query.get("host") or [parts.hostname or ""]
    try:
        address = ipaddress.ip_address(hosts[-1])
    except ValueError:
        blocks = [dict(block) for block in ANYWHERE]
    else:
        blocks = [{"cidr": f"{address}/{address.max_prefixlen}"}]
    return {"to": [{"ipBlock": block} for block in blocks], "ports": [{"port": port(url)}]}
