"""Where a stack answers on this machine: the ports of `.env`, moved by the stack's number."""

from collections.abc import Mapping

from dev.base import stack
from dev.base.stack import Stack
from dev.env import dotenv

NODE_PORT = 30080  # the default stack's, which the node publishes on this machine
USUAL = {"TILT_PORT": 10350, "UI_PORT": 3000, "API_PORT": 8000}  # Tilt's own default, and the services' ports


def port(key: str, values: Mapping[str, str], where: Stack) -> int:
    """The local port that a key of `.env` names."""
    return int(values.get(key, USUAL[key])) + where.shift


def app(values: Mapping[str, str], where: Stack) -> str:
    """The application, in a browser. The node publishes the default stack's port only; Tilt forwards the others'."""
    number = port("UI_PORT", values, where) if where.name else NODE_PORT
    return f"http://localhost:{number}"


def here() -> str:
    """The application of this checkout."""
    where = stack.current()
    return app(dotenv.load() if where.name else {}, where)


def lines(values: Mapping[str, str], where: Stack, dashboard: int) -> str:
    """What `make up` prints."""
    text = f"the app: {app(values, where)}   Tilt's dashboard: http://localhost:{dashboard}"
    if not where.name:
        return text
    swagger = f"http://localhost:{port('API_PORT', values, where)}/docs"
    return (
        f"{where}: namespaces {where.namespace} and {where.standins}, each port moved by {where.shift}\n"
        f"{text}   Swagger: {swagger}   node port: {NODE_PORT + where.shift}"
    )
