"""Every key that `.env` may hold, and what its value must look like. `.env.example` shows the same keys."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

Complaint = tuple[str, str] | None  # what is wrong (continues "KEY …"; never the value), and what fixes it

LOOPBACK = {"localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104 (compared with, not bound to)
JWT_SECRET_LENGTH = 32  # characters; HS256 wants a key as long as its 256-bit hash (RFC 7518, section 3.2)


@dataclass(frozen=True)
class Key:
    """`secret` keys go into the Kubernetes Secret; the others stay on this machine."""

    complaint: Callable[[str], Complaint]
    secret: bool = False


def _database(url: str) -> Complaint:
    remedy = "copy the whole URL, for example postgresql://user:password@host/database?sslmode=require"
    try:
        parts = urlsplit(url)
        complete = bool(parts.hostname and parts.username and parts.path.strip("/")) and parts.port != 0
    except ValueError:  # a bad port or a bad IPv6 address
        complete = False
    if not complete or parts.scheme not in ("postgresql", "postgres"):
        return "is not a PostgreSQL URL with user, host and database", remedy
    if parts.hostname in LOOPBACK:
        return "names localhost, which in a pod is the pod itself", "write host.minikube.internal instead"
    if "sslmode" not in parse_qs(parts.query):
        return "does not say whether to use TLS", "add ?sslmode=require to the URL"
    return None


def _groq(key: str) -> Complaint:
    if re.fullmatch(r"gsk_[A-Za-z0-9_-]{16,}", key):
        return None
    return "is not a Groq API key, which starts with gsk_", "copy the key from https://console.groq.com/keys"


def _jwt(secret: str) -> Complaint:
    if len(secret) >= JWT_SECRET_LENGTH:
        return None
    return f"is shorter than {JWT_SECRET_LENGTH} characters", "make one with `openssl rand -hex 32`"


def _port(number: str) -> Complaint:
    if re.fullmatch(r"[0-9]{1,5}", number) and 0 < int(number) < 2**16:
        return None
    return "is not a port number", "write a free port between 1 and 65535"


def _tools(source: str) -> Complaint:
    if source in ("release", "packages"):
        return None
    return "is neither release nor packages", "remove the line to have it chosen for you"


def _sync(way: str) -> Complaint:
    if way in ("lane", "tilt"):
        return None
    return "is neither lane nor tilt", "remove the line: Tilt's live update then copies saves"


def _host(name: str) -> Complaint:
    if re.fullmatch(r"[A-Za-z0-9.:-]+", name):
        return None
    return "is not a host name or address", "use 127.0.0.1, or 0.0.0.0 to be reachable from other machines"


KEYS = {
    "DATABASE_URL": Key(_database, secret=True),
    "DATABASE_URL_DIRECT": Key(_database, secret=True),
    "GROQ_API_KEY": Key(_groq, secret=True),
    "JWT_SECRET": Key(_jwt, secret=True),
    "UI_PORT": Key(_port),
    "API_PORT": Key(_port),
    "TILT_PORT": Key(_port),
    "TILT_HOST": Key(_host),
    "TODO_TOOLS": Key(_tools),
    "SYNC": Key(_sync),
}


def similar(key: str) -> str:
    """`; did you mean X?` for a key that looks misspelt, else nothing."""
    close = difflib.get_close_matches(key.upper(), KEYS, n=1)
    return f"; did you mean {close[0]}?" if close else ""
