"""Every key that `.env` may hold, and what its value must look like. `.env.example` shows the same keys."""

import difflib
import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

SPECIAL = (
    "write special characters of user and password percent-encoded: "
    "@ as %40, # as %23, / as %2F, ? as %3F, % as %25"
)
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
    if _has_special_characters(url):
        return "has a user or password with special characters that a URL cannot hold", SPECIAL
    try:
        parts = urlsplit(url)
        complete = bool(parts.hostname and parts.username and parts.path.strip("/")) and parts.port != 0
    except ValueError:  # a bad port or a bad IPv6 address
        complete = False
    if not complete or parts.scheme not in ("postgresql", "postgres"):
        return "is not a PostgreSQL URL with user, host and database", remedy
    if parts.hostname in LOOPBACK or _is(parts.hostname, "is_loopback"):
        return "names localhost, which in a pod is the pod itself", "write host.minikube.internal instead"
    if _is(parts.hostname, "is_link_local"):
        return "names a link-local address, which pods cannot reach", "use another address of that server"
    if "sslmode" not in parse_qs(parts.query):
        return "does not say whether to use TLS", "add ?sslmode=require to the URL"
    return None


def _has_special_characters(url: str) -> bool:
    """Whether what stands before the host has characters that end it early, or a percent sign that encodes nothing.

    The host follows the last @: queries of PostgreSQL URLs hold none.
    """
    login, at, _ = url.partition("://")[2].rpartition("@")
    return bool(at) and bool(re.search(r"[/?#@\[\]]|%(?![0-9A-Fa-f]{2})", login))


def _is(host: str | None, kind: str) -> bool:
    """Whether `host` is an address of that kind, and no name."""
    try:
        return bool(getattr(ipaddress.ip_address(host or ""), kind))
    except ValueError:
        return False


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
    return "is neither lane nor tilt", "remove the line: the fast lane then copies saves"


def _host(name: str) -> Complaint:
    if re.fullmatch(r"[A-Za-z0-9.:-]+", name):
        return None
    return "is not a host name or address", "use 127.0.0.1, or 0.0.0.0 to be reachable from other machines"


def _hosts(names: str) -> Complaint:
    if re.fullmatch(r"[A-Za-z0-9.*-]+(,[A-Za-z0-9.*-]+)*", names):
        return None
    return "is not a list of host names without ports", "write for example todo.test,*.example.com"


def _anything(_value: str) -> Complaint:
    return None


PUBLIC = (
    "NEXT_PUBLIC_"  # variables of one's own that the pages may read; they go into the frontend's ConfigMap
)
PUBLIC_KEY = Key(_anything)

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
    "ALLOWED_DEV_ORIGINS": Key(_hosts),
}


def known(name: str) -> Key | None:
    """The key of that name, if `.env` may hold it."""
    return PUBLIC_KEY if name.startswith(PUBLIC) else KEYS.get(name)


def similar(key: str) -> str:
    """`; did you mean X?` for a key that looks misspelt, else nothing."""
    close = difflib.get_close_matches(key.upper(), KEYS, n=1, cutoff=0.8)
    return f"; did you mean {close[0]}?" if close else ""
