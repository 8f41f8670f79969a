"""Sends changes to a container: small files in one transaction, large ones in pieces that let small ones pass."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dev.sync.entries import LINK, Difference, Listing
from dev.sync.stream import Stream

LARGE = 256 * 1024  # bytes; a larger file is sent in pieces of this size
MOMENT = 0.01  # seconds until a scan has seen the latest change

Rows = list[list[object]]


@dataclass(frozen=True)
class Wanted:
    """The listing that a container should have, and where the bytes are."""

    listing: Listing
    version: int
    context: Path


@dataclass
class Upload:
    """A large file that is being sent."""

    path: str
    entry: str
    identity: str
    sent: int = 0
    digest: Any = field(default_factory=hashlib.sha256)


class Sending:
    """One stream. `note` is called before each transaction, with its number, version and entries."""

    def __init__(self, stream: Stream, note: Callable[[int, int, Mapping[str, str | None]], None]) -> None:
        self._stream = stream
        self._note = note
        self._number = 0
        self._upload: Upload | None = None

    def send(self, wanted: Wanted, missing: Difference) -> None:
        """The next transaction, or the next piece of a large file. Raises OSError if the stream has ended."""
        bodies, large = _read(wanted, missing.files)
        if missing.delete or missing.folders or missing.links or bodies:
            rows: Rows = [[path, wanted.listing[path], len(body)] for path, body in bodies.items()]
            self._transact(wanted, missing, rows, b"".join(bodies.values()))
        elif large:
            self._send_piece(wanted, large)
        else:
            time.sleep(MOMENT)

    def _transact(self, wanted: Wanted, what: Difference, rows: Rows, content: bytes) -> None:
        self._number += 1
        brought = (*what.folders, *what.links, *(str(row[0]) for row in rows))
        entries = dict.fromkeys(what.delete) | {path: wanted.listing[path] for path in brought}
        self._note(self._number, wanted.version, entries)
        links = [[path, wanted.listing[path].removeprefix(LINK)] for path in what.links]
        order = {"do": "apply", "number": self._number, "delete": what.delete, "folders": what.folders}
        self._stream.send({**order, "links": links, "files": rows}, content)

    def _send_piece(self, wanted: Wanted, large: Mapping[str, int]) -> None:
        upload = self._upload
        if upload is None or upload.path not in large or upload.entry != wanted.listing[upload.path]:
            path = min(large, key=lambda name: large[name])
            self._number += 1
            upload = self._upload = Upload(path, wanted.listing[path], f"large-{self._number}")
        try:
            with (wanted.context / upload.path).open("rb") as file:
                file.seek(upload.sent)
                piece = file.read(LARGE)
        except FileNotFoundError:  # deleted since the scan
            time.sleep(MOMENT)
            return
        self._stream.send({"do": "piece", "of": upload.identity, "at": upload.sent}, piece)
        upload.sent += len(piece)
        upload.digest.update(piece)
        if len(piece) < LARGE:
            self._finish(wanted, upload)

    def _finish(self, wanted: Wanted, upload: Upload) -> None:
        """Put the large file in its place, unless it changed meanwhile."""
        self._upload = None
        if upload.digest.hexdigest() == upload.entry.partition(" ")[2]:
            self._transact(wanted, Difference(), [[upload.path, upload.entry, upload.identity]], b"")


def _read(wanted: Wanted, files: Sequence[str]) -> tuple[dict[str, bytes], dict[str, int]]:
    """The content of the small files, unless it changed since the scan, and the sizes of the large ones."""
    bodies: dict[str, bytes] = {}
    large: dict[str, int] = {}
    for path in files:
        try:
            if (size := (wanted.context / path).stat().st_size) > LARGE:
                large[path] = size
                continue
            body = (wanted.context / path).read_bytes()
        except OSError:
            continue
        if hashlib.sha256(body).hexdigest() == wanted.listing[path].partition(" ")[2]:
            bodies[path] = body
    return bodies, large
