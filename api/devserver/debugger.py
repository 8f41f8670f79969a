"""The Python debugger, with DEBUG_PORT: an editor attaches once, and stays attached when a save replaces the worker.

A process of its own listens for the editor and runs no code. Each worker reports to it as a child process, and the
editor opens a session for the child, with the same breakpoints. Spares and error pages are not debugged.
"""

import importlib
import json
import logging
import os
import select
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

from devserver.child import Channel

START_SECONDS = 20
"""Seconds that a worker waits for the listening process, which starts once."""
ATTACH_SECONDS = 5
"""Seconds that a worker waits for the editor that was attached to the previous worker."""
_POLL_SECONDS = 0.1
HOW = (
    "press *Debug* on the resource `api` of Tilt's dashboard (or `tilt up -- --debug api`), then attach to port 5678:"
    " docs/debugging.md"
)
log = logging.getLogger("uvicorn.error")


def port() -> int:
    """Where the editor attaches; 0 without debugging."""
    return int(os.environ.get("DEBUG_PORT") or 0)


def listen(channel: Channel, parent: int) -> int:
    """The listening process. It runs until the parent closes the channel."""
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # it warns about frozen modules, which are not ours
    import debugpy

    debugpy.configure(subProcess=False)
    debugpy.listen(("127.0.0.1", port()))  # a forwarded port reaches it; other pods cannot
    log.warning("debugger: listening on port %d, no editor is attached", port())
    setup = _pydevd().SetupHolder.setup
    for_workers = {"pid": os.getpid(), "port": setup["port"], "token": setup["access-token"]}
    attached: bool | None = None
    while not select.select([channel], [], [], _POLL_SECONDS)[0]:
        if attached != (attached := debugpy.is_client_connected()):
            _write(parent, **for_workers, attached=attached)
    _place(parent).unlink(missing_ok=True)
    return 0


def prepare() -> None:
    """In a worker, before it imports the application: install `breakpoint()` and, with DEBUG_PORT, the debugger."""
    if port():
        _connect()
    sys.breakpointhook = _stop_here  # after the debugger, which installs its own


def _connect() -> None:
    """Wait for the editor if it is attached."""
    hub = _hub()
    if hub is None:
        log.error("debugger: nothing listens on port %d, so breakpoints do not stop", port())
        return
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    import debugpy

    debugpy.configure(subProcess=False)
    # debugpy.connect() would wait indefinitely if no editor is attached.
    _pydevd().settrace(
        host="127.0.0.1",
        port=hub["port"],
        ppid=hub["pid"],
        access_token=hub["token"],
        suspend=False,
        patch_multiprocessing=False,
        wait_for_ready_to_run=False,
        block_until_connected=True,
        dont_trace_start_patterns=(str(Path(debugpy.__file__).parent), str(Path(__file__).parent)),
    )
    if hub["attached"]:
        # `cancel` is a different function once the wait has begun.
        timer = threading.Timer(ATTACH_SECONDS, lambda: debugpy.wait_for_client.cancel())  # noqa: PLW0108
        timer.daemon = True
        timer.start()
        debugpy.wait_for_client()
        timer.cancel()


def _stop_here(*_arguments: Any, **_options: Any) -> None:
    """For `breakpoint()`: stop if an editor is attached. Otherwise print how to attach one, and continue."""
    caller = sys._getframe(1)
    if "debugpy" in sys.modules:
        import debugpy

        if debugpy.is_client_connected():
            _pydevd().settrace(
                suspend=True,
                trace_only_current_thread=True,
                patch_multiprocessing=False,
                stop_at_frame=caller,
            )
            return
    log.warning("breakpoint() at %s: no debugger is attached; %s", _position(caller), HOW)


def _position(frame: FrameType) -> str:
    return f"{os.path.relpath(frame.f_code.co_filename)}:{frame.f_lineno}"


def _pydevd() -> Any:
    """The engine inside debugpy, importable once debugpy has started."""
    return importlib.import_module("pydevd")


def _place(parent: int) -> Path:
    return Path(tempfile.gettempdir()) / f"devserver-debugger-{parent}.json"


def _write(parent: int, **values: object) -> None:
    place = _place(parent)
    new = place.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(json.dumps(values))
    new.replace(place)


def _hub() -> dict[str, Any] | None:
    """The listening process, and whether an editor is attached to it."""
    place = _place(os.getppid())
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if place.exists():
            found: dict[str, Any] = json.loads(place.read_text())
            return found
        time.sleep(_POLL_SECONDS)
    return None
