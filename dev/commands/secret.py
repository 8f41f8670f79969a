"""`python3 -m dev secret`: the Kubernetes Secrets as YAML, from `.env` and the stand-ins' passwords.

Values travel by file and pipe only, never as a program's argument, where every process could read them.
"""

import argparse
import base64
import hashlib
import hmac
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dev.base import paths, stack
from dev.base.failure import Failure
from dev.env import dotenv, standins
from dev.env.keys import known

APPLICATION = "todo-secrets"
POSTGRES = "postgres"


@dataclass(frozen=True)
class Secret:
    """A Secret's place and its values; `repr` leaves the values out, so that no traceback shows them."""

    name: str
    namespace: str
    values: Mapping[str, str] = field(repr=False)

    def manifest(self) -> str:
        """YAML with base64 `data`, as the API server stores it."""
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in self.values.items()}
        data = "".join(f"\n  {key}: {value}" for key, value in sorted(encoded.items())) or " {}"
        return (
            "apiVersion: v1\nkind: Secret\ntype: Opaque\n"
            f"metadata:\n  name: {self.name}\n  namespace: {self.namespace}\n"
            "  labels:\n    app.kubernetes.io/part-of: todo\n"
            f"data:{data}\n"
        )

    def checksum(self, key: str) -> str:
        """Changes with the values and reveals nothing about them. Pods carry it, so that a new value replaces them."""
        message = "\0".join(f"{name}={value}" for name, value in sorted(self.values.items()))
        return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()[:16]


def wanted(values: Mapping[str, str], state: Path = paths.STATE) -> list[Secret]:
    """The Secrets for these `.env` values. Raises Failure when they contradict each other."""
    if "DATABASE_URL_DIRECT" in values and "DATABASE_URL" not in values:
        raise Failure(".env sets DATABASE_URL_DIRECT without DATABASE_URL", "set both, or neither")
    application = {key: value for key, value in values.items() if (rule := known(key)) and rule.secret}
    if "GROQ_API_KEY" not in application:
        # Not a real key, and recognizable as such if it is ever sent to Groq.
        application["GROQ_API_KEY"] = f"standin-{standins.remembered('groq-api-key', state)}"
    where = stack.current()
    if "database" not in standins.used(values):
        return [Secret(APPLICATION, where.namespace, application)]
    password = standins.remembered("postgres-password", state)
    application["DATABASE_URL"] = standins.database_url(password, where)
    return [
        Secret(APPLICATION, where.namespace, application),
        Secret(POSTGRES, where.standins, {"POSTGRES_PASSWORD": password}),
    ]


def every() -> list[Secret]:
    """Every Secret that a deployment can have, without values: what `tilt down` deletes."""
    where = stack.current()
    return [Secret(APPLICATION, where.namespace, {}), Secret(POSTGRES, where.standins, {})]


def checksums(found: Sequence[Secret], state: Path = paths.STATE) -> dict[str, str]:
    """A checksum by Secret name, keyed with a token of this checkout: no value can be guessed from it."""
    key = standins.remembered("checksum-key", state)
    return {secret.name: secret.checksum(key) for secret in found}


def main(argv: Sequence[str]) -> int:
    """Print all Secrets as YAML, or nothing and an error."""
    parser = argparse.ArgumentParser(prog="python3 -m dev secret", description=__doc__)
    parser.add_argument("--teardown", action="store_true", help="every Secret, no values; does not read .env")
    found = every() if parser.parse_args(argv).teardown else wanted(dotenv.load())
    sys.stdout.write("---\n".join(secret.manifest() for secret in found))
    return 0
