"""Serve an application in development: `python -m devserver`, with the code below the current folder."""

import argparse
import logging.config
import os
import socket
import sys
from pathlib import Path

BACKLOG = 2048


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m devserver",
        description="Serve an ASGI application, and restart it on every save below its package's folder.",
        epilog="Environment: DEVSERVER=warm (default) or uvicorn, which runs stock `uvicorn --reload` instead.",
    )
    parser.add_argument("--app", default="app.main:app", help="module:attribute (default: %(default)s)")
    parser.add_argument("--host", default="0.0.0.0", help="(default: %(default)s)")  # noqa: S104 - a pod's address
    parser.add_argument("--port", type=int, default=8000, help="(default: %(default)s)")
    arguments = parser.parse_args()
    package = arguments.app.partition(":")[0].partition(".")[0]
    if not (Path.cwd() / package).is_dir():
        parser.error(f"there is no folder {package}/ here; start it in the folder that holds {package}/")
    kind = os.environ.get("DEVSERVER") or "warm"
    if kind not in ("warm", "uvicorn"):
        parser.error(f"DEVSERVER={kind} is unknown; set it to warm or uvicorn, or leave it out")
    # A reload must not wait. No connection outlives its answer anyway.
    os.environ["DRAIN_SECONDS"] = "0"
    # Python checks bytecode by the source's size and its time in whole seconds, as files have in a pod. So it could
    # miss an edit.
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    if kind == "uvicorn":
        _become_uvicorn(arguments.app, package, arguments.host, arguments.port)
    return _serve(arguments.app, package, arguments.host, arguments.port)


def _become_uvicorn(app: str, package: str, host: str, port: int) -> None:
    reload = [
        "--reload",
        "--reload-dir",
        package,
        "--reload-delay",
        "0.05",
        "--timeout-graceful-shutdown",
        "1",
    ]
    command = [sys.executable, "-m", "uvicorn", app, "--host", host, "--port", str(port), *reload]
    os.execv(sys.executable, command)  # noqa: S606 - no shell on purpose


def _serve(app: str, package: str, host: str, port: int) -> int:
    from uvicorn.config import LOGGING_CONFIG

    from devserver.sources import Sources
    from devserver.supervisor import Supervisor, log
    from devserver.turn import Turn
    from devserver.worker import Job

    logging.config.dictConfig(LOGGING_CONFIG)
    try:
        listener = socket.create_server((host, port), backlog=BACKLOG)
        # Accepted connections inherit it. uvloop sets it only on listeners of its own, and without it the parts of an
        # event stream wait up to 40 ms for each other.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as exc:
        sys.exit(
            f"cannot listen on {host}:{port}: {exc.strerror}; stop what listens there, or choose another --port"
        )
    log.info("development server on http://%s:%d, watching %s/", host, listener.getsockname()[1], package)
    return Supervisor(Job(listener, app, Sources(Path.cwd(), package), Turn())).run()


if __name__ == "__main__":
    sys.exit(main())
