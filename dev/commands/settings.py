"""`python3 -m dev settings`: what the Tiltfile needs to know about this machine, as JSON. No secrets.

Base images come from `.dev/state/tools.json`, which is written when the tools are made ready. Without it the
Dockerfiles' own defaults are used.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dev.base import paths
from dev.base.failure import Failure
from dev.cluster import minikube
from dev.commands import secret
from dev.env import dotenv, standins

PORTS = {"ui": ("UI_PORT", 3000), "api": ("API_PORT", 8000)}
# image: the build argument with its base image, and that base's name in tools.json
BASES = {
    "todo-backend": ("PYTHON_IMAGE", "python"),
    "todo-frontend": ("NODE_IMAGE", "node"),
    "todo-postgres": ("POSTGRES_IMAGE", "postgres"),
    "todo-groq": ("PYTHON_IMAGE", "python"),
}


def settings(
    values: Mapping[str, str], state: Path = paths.STATE, *, teardown: bool = False
) -> dict[str, Any]:
    """The settings for these `.env` values; `teardown` means: as if all that we have had been deployed."""
    tools = _tools(state / "tools.json")
    ports = {name: int(values.get(key, default)) for name, (key, default) in PORTS.items()}
    return {
        "source": tools["source"],
        "build_args": {
            image: {argument: tools["images"][base]} if base in tools["images"] else {}
            for image, (argument, base) in BASES.items()
        },
        "ports": ports,
        "forwarded_hosts": forwarded_hosts([minikube.NODE_PORT, ports["ui"]], os.environ),
        "standins": list(standins.REPLACES) if teardown else standins.used(values),
        "checksums": {} if teardown else secret.checksums(secret.wanted(values, state), state),
    }


def forwarded_hosts(ports: Sequence[int], environment: Mapping[str, str]) -> list[str]:
    """The names under which a browser sees these ports of a codespace; none elsewhere.

    GitHub sets the two variables in each codespace ("Default environment variables for your codespace").
    """
    name = environment.get("CODESPACE_NAME")
    domain = environment.get("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN")
    return [f"{name}-{port}.{domain}" for port in ports] if name and domain else []


def _tools(file: Path) -> dict[str, Any]:
    tools: dict[str, Any] = {"source": "release", "images": {}}
    try:
        tools |= json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        pass  # tools of the user's own: the Dockerfiles' defaults are right
    except ValueError as error:
        raise Failure(f"{file} is not JSON", f"rm {file} && make up") from error
    return tools


def main(argv: Sequence[str]) -> int:
    """Print the settings as one JSON object."""
    parser = argparse.ArgumentParser(prog="python3 -m dev settings", description=__doc__)
    parser.add_argument(
        "--teardown", action="store_true", help="as if all had been deployed; does not read .env"
    )
    teardown = parser.parse_args(argv).teardown
    json.dump(settings({} if teardown else dotenv.load(), teardown=teardown), sys.stdout)
    return 0
