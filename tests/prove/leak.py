"""A leak, as the kernel sees it: once /tmp/leak exists, the process takes memory without end.

Python imports it at its start under the name `sitecustomize`, from a ConfigMap in PYTHONPATH. It is never in an image.
"""

import threading
import time
from pathlib import Path

CHUNK = 2**24  # bytes


def _leak() -> None:
    while not Path("/tmp/leak").exists():
        time.sleep(0.1)
    kept = []
    while True:
        kept.append(b"x" * CHUNK)  # written, not just promised: else the kernel would give nothing
        time.sleep(0.02)


threading.Thread(target=_leak, daemon=True).start()
