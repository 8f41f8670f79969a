"""`python3 -m dev settings`: what the Tiltfile needs to know about this machine, as JSON. No secrets.

Base images come from `.dev/state/tools.json`, which is written when the tools are ready. Without it the
Dockerfiles' own defaults are used.
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dev.base import catalogue, paths, stack
from dev.base.catalogue import Service
from dev.base.failure import Failure
from dev.base.stack import Stack
from dev.cluster import minikube
from dev.commands import secret
from dev.env import addresses, dotenv, egress, standins
from dev.env.keys import PUBLIC

SYNC = "lane"  # or "tilt": how a save reaches the pods by default
# `next dev` serves its scripts to these hosts, the node's address, a codespace's hosts and those of .env. On other
# hosts, pages do not react.
LOCAL_HOSTS = ("localhost", "127.0.0.1")
ORIGINS = "ALLOWED_DEV_ORIGINS"


def settings(
    values: Mapping[str, str], state: Path = paths.STATE, *, teardown: bool = False
) -> dict[str, Any]:
    """The settings for these `.env` values. With `teardown`, as if every known resource were deployed."""
    images, where = _base_images(state / "tools.json"), stack.current()
    standing_in = list(catalogue.stand_ins()) if teardown else standins.used(values)
    machine = config_maps(values, standing_in)
    policies = [egress.policy(values)] if teardown or "DATABASE_URL" in values else []
    secrets = {} if teardown else secret.checksums(secret.wanted(values, state), state)
    return {
        "services": {
            name: _service(service, values, images, where)
            for name, service in catalogue.services().items()
            if name in standing_in or not service.replaces
        },
        "standins": standing_in,
        "sync": os.environ.get("SYNC") or values.get("SYNC") or SYNC,
        "dashboard": addresses.port("TILT_PORT", values, where),
        "address": addresses.app(values, where),
        "stack": _stack(where),
        "config_maps": machine,
        "network_policies": policies,
        "manifests": [*map(_config_map, machine, machine.values()), *policies],
        "checksums": secrets | {name: _checksum(data) for name, data in machine.items()},
        "checkout": standins.identity(),
    }


def _stack(where: Stack) -> dict[str, Any]:
    """What the Tiltfile moves manifests by."""
    return {
        "name": where.name,
        "namespace": where.namespace,
        "standins": where.standins,
        "volume": where.volume,
        "shift": where.shift,
    }


def _service(
    service: Service, values: Mapping[str, str], images: Mapping[str, str], where: Stack
) -> dict[str, Any]:
    """An entry of the catalogue, with this machine's values."""
    argument, base = service.base["argument"], service.base["image"]
    return {
        **asdict(service),
        "sync": [
            {**folder, "through": folder["to"].replace("/app", catalogue.TILT, 1)} for folder in service.sync
        ],
        "build_args": {argument: images[base]} if base in images else {},
        "local_port": int(values.get(service.port_key, service.port)) + where.shift,
    }


def config_maps(values: Mapping[str, str], standing_in: Sequence[str]) -> dict[str, dict[str, str]]:
    """This machine's values, as the environment of the backend's and of the frontend's pods."""
    where = stack.current()
    ports = [addresses.NODE_PORT, addresses.port("UI_PORT", values, where)]
    backend = {"TODO_STANDINS": ",".join(standing_in)}
    if server := os.environ.get("DEVSERVER"):  # `uvicorn` for the stock reloader, to compare with
        backend["DEVSERVER"] = server
    if "assistant" in standing_in:
        backend["GROQ_BASE_URL"] = standins.assistant_url(where)
    yours = values.get(ORIGINS, "").split(",") if ORIGINS in values else []
    hosts = [*LOCAL_HOSTS, *minikube.addresses(), *forwarded_hosts(ports, os.environ), *yours]
    frontend = {key: value for key, value in values.items() if key.startswith(PUBLIC)}
    return {"backend-machine": backend, "frontend-machine": {**frontend, ORIGINS: ",".join(hosts)}}


def _config_map(name: str, data: Mapping[str, str]) -> dict[str, Any]:
    metadata = {"name": name, "labels": {"app.kubernetes.io/part-of": "todo"}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def _checksum(data: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def forwarded_hosts(ports: Sequence[int], environment: Mapping[str, str]) -> list[str]:
    """The host names of a codespace's forwarded ports. Empty elsewhere.

    GitHub sets the two variables in each codespace ("Default environment variables for your codespace").
    """
    name = environment.get("CODESPACE_NAME")
    domain = environment.get("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN")
    return [f"{name}-{port}.{domain}" for port in ports] if name and domain else []


def _base_images(file: Path) -> dict[str, str]:
    """Images that come with the tools, by name. Empty if the tools are the user's own."""
    try:
        images: dict[str, str] = json.loads(file.read_text(encoding="utf-8")).get("images", {})
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise Failure(f"{file} is not JSON", f"rm {file} && make up") from error
    return images


def main(argv: Sequence[str]) -> int:
    """Print the settings as one JSON object."""
    parser = argparse.ArgumentParser(prog="python3 -m dev settings", description=__doc__)
    parser.add_argument(
        "--teardown", action="store_true", help="as if all had been deployed; does not read .env"
    )
    teardown = parser.parse_args(argv).teardown
    json.dump(settings({} if teardown else dotenv.load(), teardown=teardown), sys.stdout)
    return 0
