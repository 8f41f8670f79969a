"""Which external services are replaced by a stand-in in the cluster, and the passwords generated for them.

A stand-in is used exactly when the key that would name the real service is absent from `.env`.
"""

import contextlib
import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

from dev.base import catalogue, paths
from dev.base.stack import DEFAULT, Stack

DATA = "/var/local/postgres-"
"""A database's folder on the node, as standins/postgres/postgres.yaml says; the checkout's identity follows."""


def used(values: Mapping[str, str]) -> list[str]:
    """The stand-ins that these `.env` values call for."""
    return [name for name, service in catalogue.stand_ins().items() if service.replaces not in values]


def database_url(password: str, where: Stack = DEFAULT) -> str:
    """The stand-in's URL, for pods of any namespace. TLS is required, as a hosted PostgreSQL requires it."""
    return f"postgresql://todo:{password}@postgres.{where.standins}:5432/todo?sslmode=require"


def assistant_url(where: Stack = DEFAULT) -> str:
    """The address of Groq's stand-in, for pods of any namespace."""
    return f"http://groq.{where.standins}:8080"


def identity(checkout: Path = paths.ROOT) -> str:
    """What tells a checkout from the others: none has another's database."""
    return hashlib.sha256(str(checkout).encode()).hexdigest()[:16]


def remembered(name: str, state: Path = paths.STATE) -> str:
    """A random token (hex, 128 bits), created at the first call and readable by this user only."""
    file = state / name
    if not file.exists():
        _publish(file, secrets.token_hex(16))
    return file.read_text(encoding="ascii")


def _publish(file: Path, text: str) -> None:
    """Create `file` whole or not at all. Two processes may race; the first one's text stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=file.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text)
        with contextlib.suppress(FileExistsError):
            os.link(temporary, file)
    finally:
        os.unlink(temporary)
