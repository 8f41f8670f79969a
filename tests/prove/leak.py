"""A memory leak: once /tmp/leak exists, the process allocates memory without limit.

Python imports it at its start under the name `sitecustomize`, from a ConfigMap in PYTHONPATH. It is never in an image.
"""

import threading
import time
from pathlib import Path

CHUNK = 2**24  # bytes


def _leak() -> None:
    order = Path("/tmp/leak")
    while not order.exists():
        time.sleep(0.1)
    order.unlink()  # the restarted container is well again
    kept = []
    while True:
        kept.append(b"x" * CHUNK)  # write to it, or the kernel would not allocate it
        time.sleep(0.02)


threading.Thread(target=_leak, daemon=True).start()
