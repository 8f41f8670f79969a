"""Finds the process that listens on a local TCP port, from /proc."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = ("7F", "01000000")  # the ends of 127.x.x.x and ::1 in /proc/net/tcp and tcp6
LISTENING = "0A"  # a socket's state in /proc/net/tcp


@dataclass(frozen=True)
class Owner:
    """The process behind a port; pid 0 if this user may not see it."""

    pid: int
    name: str
    folder: Path | None


def is_free(port: int) -> bool:
    """Whether a server could be started on the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def servers(program: str) -> Iterator[Owner]:
    """The processes of that name that listen on some port, as far as this user may see them."""
    listening = {f"socket:[{inode}]" for inode in _inodes()}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            name = (process / "comm").read_text().strip()
            if name == program and _holds(process, listening):
                yield Owner(int(process.name), name, (process / "cwd").readlink())
        except OSError:
            continue  # it ended, or it is another user's


def _holds(process: Path, sockets: set[str]) -> bool:
    return any(str(fd.readlink()) in sockets for fd in (process / "fd").iterdir())


def seen_by_others(port: int) -> bool:
    """Whether something listens on `port` at more than the loopback interface."""
    return any(not address.endswith(LOOPBACK) for address, _ in _listening(port))


def owner(port: int) -> Owner:
    """The process that listens on `port`."""
    inodes = {f"socket:[{inode}]" for inode in _inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if _holds(process, inodes):
                return Owner(
                    int(process.name), (process / "comm").read_text().strip(), (process / "cwd").readlink()
                )
        except OSError:
            continue  # it ended, or it is another user's
    return Owner(0, "a process of another user", None)


def _inodes(port: int | None = None) -> list[str]:
    return [inode for _, inode in _listening(port)]


def _listening(port: int | None = None) -> Iterator[tuple[str, str]]:
    """Address, as the kernel writes it in hexadecimal, and inode of each socket that listens, on `port` if given."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not Path(table).exists():
            continue
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            address, _, number = fields[1].rpartition(":")
            if fields[3] == LISTENING and port in (None, int(number, 16)):
                yield address, fields[9]
