"""One receiver and the connection to it: frames go in, reports come back."""

import contextlib
import json
import os
import signal
import struct
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Report = dict[str, Any]

HERE = Path(__file__).resolve().parent
FRAME = struct.Struct(">IQ")


def receiver() -> list[str]:
    """The command that runs a receiver in a container with Python or Node."""
    programs = [(HERE / name).read_text(encoding="utf-8") for name in ("receiver.py", "receiver.cjs")]
    return [
        "sh",
        "-c",
        'command -v python3 >/dev/null && exec python3 -I -S -u -c "$0"; exec node -e "$1"',
        *programs,
    ]


class Stream:
    """When the other side is gone, `send` raises OSError and `reports` ends."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        orders, self._orders = os.pipe()
        reports, output = os.pipe()
        self._reports = os.fdopen(reports, "rb")
        try:
            self._process = subprocess.Popen(
                list(command),
                env=environment,
                stdin=orders,
                stdout=output,
                stderr=subprocess.PIPE,
                start_new_session=True,  # only the lane handles Ctrl-C, and then closes its streams
            )
        finally:
            os.close(orders)
            os.close(output)
        self.heard = time.monotonic()
        """When the last report came."""

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, order: Mapping[str, object], content: bytes = b"") -> None:
        head = json.dumps(order).encode()
        frame = memoryview(FRAME.pack(len(head), len(content)) + head + content)
        while frame:
            frame = frame[os.write(self._orders, frame) :]

    def reports(self) -> Iterator[Report]:
        with self._reports:
            for line in self._reports:
                self.heard = time.monotonic()
                with contextlib.suppress(ValueError):  # the last line was cut off
                    yield json.loads(line)

    def kill(self) -> None:
        """End it immediately. Its readers and writers notice."""
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> str:
        """End it, free its resources, and return the last line of its standard error."""
        self.kill()
        _, words = self._process.communicate()
        os.close(self._orders)
        lines = words.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""
