"""`python -m standin`: serve on $PORT, and restart when a source file has changed (live update)."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

from .server import Server, say

_SOURCES = Path(__file__).parent


def main() -> None:
    port = int(os.environ.get("PORT", "8080"))
    server = Server(("", port), word_seconds=float(os.environ.get("WORD_SECONDS", "0.03")))
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    threading.Thread(target=_renew_on_change, daemon=True).start()
    say(f"A stand-in for Groq, without a language model, listens on port {server.server_port}.")
    server.serve_forever()


def _renew_on_change() -> None:
    before = _stamp()
    while _stamp() == before:
        time.sleep(1)
    say("the sources have changed: restarting")
    os.execv(sys.executable, [sys.executable, "-m", __package__ or "standin"])  # noqa: S606 - this program itself


def _stamp() -> list[tuple[str, float]]:
    return sorted((str(file), file.stat().st_mtime) for file in _SOURCES.glob("*.py"))


if __name__ == "__main__":
    main()
