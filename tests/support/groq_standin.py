"""The Groq stand-in as a separate process on a free port, for its own tests and the backend's."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.ports import free_port

FOLDER = Path(__file__).resolve().parents[2] / "standins" / "groq"
KEY = "standin-canary-0123456789"


@dataclass
class Standin:
    url: str
    log: Path

    def fault(self, name: str) -> None:
        """Switch a fault on, or with "" off."""
        self._ask("/control", {"fault": name})

    @property
    def asked(self) -> int:
        """Completions asked for since the start."""
        return int(self._ask("/control")["asked"])

    def wait_for_log(self, text: str) -> None:
        deadline = time.monotonic() + 10
        while text not in self.log.read_text():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        content = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(self.url + path, content, timeout=5) as response:
            answer: dict[str, Any] = json.load(response)
        return answer


@contextlib.contextmanager
def running(log: Path, word_seconds: float = 0, folder: Path = FOLDER) -> Iterator[Standin]:
    port = free_port()
    environment = os.environ | {"PORT": str(port), "WORD_SECONDS": str(word_seconds)}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "standin"], cwd=folder, env=environment, stdout=output, stderr=output
        )
    standin = Standin(f"http://127.0.0.1:{port}", log)
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                standin.fault("")
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
        yield standin
    finally:
        process.terminate()
        process.wait(timeout=10)
