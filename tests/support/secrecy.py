"""Canaries: the values of our Secrets. They are left where a careless build would copy them, then searched for.

The stand-ins' password and key serve as such: random, and in the same places where a real one would be. They are
hexadecimal, so that no encoding of an URL or of JSON changes them; their base64 may be changed by an URL's.
"""

import base64
import shlex
import urllib.parse
from pathlib import Path

from dev.base import catalogue
from dev.env import standins

NAMES = ("postgres-password", "groq-api-key")  # of the files in .dev/state


def canaries() -> list[bytes]:
    """Each value as plain text, and in base64 as the API server stores it, at any offset."""
    values = [standins.remembered(name).encode() for name in NAMES]
    assert all(len(value) >= 16 for value in values)
    encoded = [base64.b64encode(b"x" * shift + value)[4:-4] for value in values for shift in range(3)]
    return values + encoded


def plant(checkout: Path) -> Path:
    """The checkout, with the values in `.env` files next to the images' sources, where people leave them."""
    password, key = (standins.remembered(name) for name in NAMES)
    for service in catalogue.services().values():
        for folder in (service.folder, *(each["from"] for each in service.sync)):
            for file in (".env", ".env.local"):
                (checkout / folder / file).write_text(
                    f"DATABASE_URL={standins.database_url(password)}\nGROQ_API_KEY={key}\n"
                )
    return checkout


def assert_clean(where: str, content: bytes) -> None:
    """Not even percent-encoded. A failure names where a value was found, never the value."""
    texts = (content, urllib.parse.unquote_to_bytes(content))
    assert not any(canary in text for canary in canaries() for text in texts), (
        f"a secret's value is in {where}"
    )


def image_search(image: str, folder: Path) -> str:
    """A script for bash that prints how many lines of an image hold a value: all layers' files, and its history."""
    wanted = folder / "canaries"
    wanted.touch(mode=0o600)
    wanted.write_bytes(b"\n".join(canaries()) + b"\n")
    name = shlex.quote(image)
    return f"""
        eval $(minikube docker-env)
        {{ docker history --no-trunc {name}; docker save {name}; }} | grep -a -c -F -f {wanted} || test $? = 1"""
