"""Who listens on a local TCP port, read from /proc."""

import socket
from dataclasses import dataclass
from pathlib import Path

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


def owner(port: int) -> Owner:
    """The process that listens on `port`."""
    inodes = {f"socket:[{inode}]" for inode in _inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(fd.readlink()) in inodes for fd in (process / "fd").iterdir()):
                return Owner(
                    int(process.name), (process / "comm").read_text().strip(), (process / "cwd").readlink()
                )
        except OSError:
            continue  # it ended, or it is another user's
    return Owner(0, "a process of another user", None)


def _inodes(port: int) -> list[str]:
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not Path(table).exists():
            continue
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if int(fields[1].rsplit(":", 1)[1], 16) == port and fields[3] == LISTENING:
                found.append(fields[9])
    return found
