"""Runs in a pod as `python -c`: changes folders as ordered, and reports their content.

Frames arrive on standard input: two lengths (4 and 8 bytes, big-endian), a JSON object, bytes. The first object names
the folders. Each later one is a transaction, or a piece of a large file. Lines of JSON leave on standard output.
entries.py describes the format of an entry.

This is one file, and longer than others, because its source is an argument of `kubectl exec` (stream.py). So it imports
the standard library only.
"""

import contextlib
import hashlib
import json
import os
import select
import shutil
import socket
import stat
import struct
import sys
import tempfile
import time
from typing import Any

# seconds during which a path just written is checked often, because another program may overwrite it
RECENT = 4.0
CHECK = 0.04  # seconds between these checks
SCAN = 1.0  # seconds between scans of everything
ASIDE = 1.0  # seconds that Tilt's copy of a file stays aside, until the tar that writes it has ended
YOUNG_NS = 50_000_000  # a file changed this recently is read again, because two writes may have the same time
FRAME = struct.Struct(">IQ")


class Tree:
    """The content of the folders."""

    def __init__(self, folders: dict[str, str]) -> None:
        self.folders = folders
        self.known: dict[str, str] = {}
        self.marks: dict[str, tuple[tuple[int, ...], str]] = {}
        """What identifies an unchanged file, and its entry."""

    def real(self, path: str) -> str:
        top = next(top for top in self.folders if path == top or path.startswith(top + "/"))
        return self.folders[top] + path[len(top) :]

    def look(self, path: str) -> str | None:
        """The entry of a path, None if nothing is there."""
        real = self.real(path)
        try:
            status = os.lstat(real)
            mark = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_mode)
            if path in self.marks and self.marks[path][0] == mark:
                return self.marks[path][1]
            entry = describe(real, status)
        except (FileNotFoundError, NotADirectoryError):
            self.marks.pop(path, None)
            return None
        except OSError as error:
            return f"? {error.strerror}"
        if time.time_ns() - status.st_ctime_ns > YOUNG_NS:
            self.marks[path] = mark, entry
        else:
            self.marks.pop(path, None)
        return entry

    def news(self, paths: list[str]) -> dict[str, str | None]:
        """Those of the paths that have changed since the last check."""
        changed: dict[str, str | None] = {}
        for path in paths:
            entry = self.look(path)
            if entry == self.known.get(path):
                continue
            changed[path] = entry
            if entry is None:
                del self.known[path]
            else:
                self.known[path] = entry
        return changed

    def scan(self) -> dict[str, str | None]:
        """The same for all paths."""
        found = []
        waiting = list(self.folders)
        while waiting:
            folder = waiting.pop()
            with contextlib.suppress(OSError), os.scandir(self.real(folder)) as entries:
                for entry in entries:
                    name = f"{folder}/{entry.name}"
                    found.append(name)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(name)
        return self.news(list({*found, *self.known}))


def describe(real: str, status: os.stat_result) -> str:
    if stat.S_ISDIR(status.st_mode):
        return "/"
    if stat.S_ISLNK(status.st_mode):
        return "> " + os.readlink(real)
    if not stat.S_ISREG(status.st_mode):
        return "? no file"
    digest = hashlib.sha256()
    with open(real, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return f"{stat.S_IMODE(status.st_mode) & 0o777:o} {digest.hexdigest()}"


class Writer:
    """Carries out transactions. Files are written outside of the folders and then renamed into place."""

    def __init__(self, tree: Tree, staging: str) -> None:
        self.tree = tree
        self.staging = staging

    def piece(self, identity: str, offset: int, content: bytes) -> None:
        """A part of a large file, which a later transaction names by its identity."""
        with open(os.path.join(self.staging, identity), "wb" if offset == 0 else "ab") as file:
            file.write(content)

    def apply(self, order: dict[str, Any], content: bytes) -> None:
        places = [*self._files(order["files"], content), *self._links(order["links"])]
        for path in order["delete"]:
            remove(self.tree.real(str(path)))
        for path in order["folders"]:
            os.makedirs(self.tree.real(str(path)), exist_ok=True)
        for staged, real in places:
            os.makedirs(os.path.dirname(real), exist_ok=True)
            os.rename(staged, real)

    def _files(self, files: list[Any], content: bytes) -> list[tuple[str, str]]:
        """Each row is a path, its entry, and the number of its bytes in `content` or the identity of its pieces."""
        places = []
        at = 0
        for number, (path, entry, size) in enumerate(files):
            mode, _, digest = entry.partition(" ")
            staged = os.path.join(self.staging, f"new-{number}" if isinstance(size, int) else size)
            if isinstance(size, int):
                with open(staged, "wb") as file:
                    file.write(content[at : at + size])
                at += size
            os.chmod(staged, int(mode, 8))
            current = (self.tree.look(path) or "").partition(" ")
            if current[2] != digest:
                places.append((staged, self.tree.real(path)))
            elif current[0] != mode:  # the same bytes must not look like a save
                os.chmod(self.tree.real(path), int(mode, 8))
        return places

    def _links(self, links: list[Any]) -> list[tuple[str, str]]:
        places = []
        for number, (path, target) in enumerate(links):
            staged = os.path.join(self.staging, f"link-{number}")
            with contextlib.suppress(FileNotFoundError):
                os.unlink(staged)
            os.symlink(target, staged)
            places.append((staged, self.tree.real(path)))
        return places


class Reloader:
    """Announces transactions to a development server, and reports its answer (api/devserver/announced.py)."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.waiting: dict[socket.socket, int] = {}
        """Each connection, and the number of its transaction."""

    def begin(self) -> "socket.socket | None":
        if not self.place:
            return None
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(ASIDE)
        try:
            connection.connect(self.place)
            connection.send(b"begin\n")
        except OSError:  # there is none, or it is still starting
            connection.close()
            return None
        return connection

    def end(self, connection: "socket.socket | None", number: int) -> bool:
        """Whether it will answer."""
        if connection is None:
            return False
        with contextlib.suppress(OSError):
            connection.send(b"end\n")
        self.waiting[connection] = number
        return True

    def hear(self, connection: socket.socket) -> None:
        number = self.waiting.pop(connection)
        with contextlib.suppress(OSError), connection:
            report(reloaded=number, state=connection.recv(64).decode().strip() or "gone")


class Aside:
    """Diverts Tilt's copies, which are late and may be old, into an unused folder while this receiver runs.

    Tilt writes through `link`. Without a receiver it points to `home`.
    """

    def __init__(self, link: str, home: str) -> None:
        self.link, self.home = link, home
        self.place = f"{link}-aside-{os.getpid()}"

    def __enter__(self) -> "Aside":
        if os.path.islink(self.link):
            os.makedirs(self.place, exist_ok=True)
            self._lead(self.place)
        return self

    def __exit__(self, *_: object) -> None:
        if os.path.islink(self.link) and os.readlink(self.link) == self.place:
            self._lead(self.home)
        shutil.rmtree(self.place, ignore_errors=True)

    def empty(self) -> None:
        """Delete old files. Folders stay, because a tar may be about to write into one."""
        for folder, _, names in os.walk(self.place):
            for path in (os.path.join(folder, name) for name in names):
                with contextlib.suppress(FileNotFoundError):
                    if time.time() - os.lstat(path).st_ctime > ASIDE:
                        os.unlink(path)

    def _lead(self, target: str) -> None:
        os.symlink(target, beside := f"{self.place}.new")
        os.rename(beside, self.link)


def remove(real: str) -> None:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        if stat.S_ISDIR(os.lstat(real).st_mode):
            shutil.rmtree(real)
        else:
            os.unlink(real)


def read_exactly(length: int) -> bytes:
    content = bytearray()
    while len(content) < length:
        piece = os.read(0, min(length - len(content), 1 << 20))
        if not piece:
            raise EOFError
        content += piece
    return bytes(content)


def read_frame() -> tuple[dict[str, Any], bytes]:
    head, tail = FRAME.unpack(read_exactly(FRAME.size))
    return json.loads(read_exactly(head)), read_exactly(tail)


def report(**message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def handle(writer: Writer, reloader: Reloader, order: dict[str, Any], content: bytes) -> list[str]:
    """The paths that an order touched."""
    if order["do"] == "piece":
        writer.piece(order["of"], order["at"], content)
        return []
    begin, error = time.monotonic(), ""
    connection = reloader.begin()
    try:
        writer.apply(order, content)
    except OSError as problem:
        error = str(problem)
    announced = reloader.end(connection, order["number"])
    touched = [
        row if isinstance(row, str) else row[0]
        for key in ("delete", "folders", "links", "files")
        for row in order[key]
    ]
    now = writer.tree.news(touched)
    done = {path: writer.tree.known.get(path) for path in touched}
    report(
        done=order["number"],
        now={**now, **done},
        error=error,
        announced=announced,
        seconds=time.monotonic() - begin,
    )
    return touched


def serve() -> None:
    order, _ = read_frame()
    tree = Tree(order["folders"])
    os.umask(0o022)
    for folder in tree.folders.values():
        os.makedirs(folder, exist_ok=True)
    if order.get("once"):
        report(now=tree.scan(), listing=True)
        return
    home = os.path.dirname(next(iter(tree.folders.values())))
    with (
        Aside(order["tilt"], home) as aside,
        tempfile.TemporaryDirectory(prefix=".sync-", dir=home) as staging,
    ):
        report(now=tree.scan(), listing=True)
        writer, reloader = Writer(tree, staging), Reloader(order["reloader"])
        recent: dict[str, float] = {}
        next_scan = 0.0
        while True:
            pause = CHECK if recent else max(0.0, next_scan - time.monotonic())
            ends: list[Any] = [0, *reloader.waiting]
            answered = select.select(ends, [], [], pause)[0]
            for connection in [each for each in answered if each]:
                reloader.hear(connection)
            if 0 in answered:
                order, content = read_frame()
                until = time.monotonic() + RECENT
                recent.update((path, until) for path in handle(writer, reloader, order, content))
                continue
            now = time.monotonic()
            recent = {path: until for path, until in recent.items() if until > now}
            changed = tree.news(list(recent))
            if now >= next_scan:
                next_scan = now + SCAN
                aside.empty()
                changed.update(tree.scan())
                report(now=changed)  # even without a change, as a sign of life
            elif changed:
                report(now=changed)


if __name__ == "__main__":
    with contextlib.suppress(EOFError, BrokenPipeError):
        serve()
