"""A TCP proxy that fails on demand, between the backend's pods and PostgreSQL.

`python faulty_proxy.py LISTEN_PORT HOST PORT MODE_FILE`; the file's content, read every 50 ms and then written to
MODE_FILE.applied, is one of
    pass     bytes go through (also when there is no file)
    refuse   connections are reset, open ones too: the server is down
    stall    connections are accepted and nothing moves: the network is cut
    slow     every chunk waits 0.3 s
    cut      open connections are reset once, new ones pass: the server has dropped them, as Neon does when idle
"""

import asyncio
import sys
from pathlib import Path

POLL = 0.05  # seconds
SLOW = 0.3  # seconds per chunk
CHUNK = 65536  # bytes


class Proxy:
    """The mode, and the open connections, which a new mode may reset."""

    def __init__(self, host: str, port: int, file: Path) -> None:
        self.host, self.port, self.file = host, port, file
        self.mode = "pass"
        self.writers: set[asyncio.StreamWriter] = set()

    async def watch(self) -> None:
        """Follow the mode file until the process ends."""
        while True:
            mode = self.file.read_text().strip() if self.file.exists() else "pass"
            if mode != self.mode and mode in ("refuse", "cut"):
                for writer in self.writers:
                    writer.transport.abort()
            if mode != self.mode:
                self.mode = mode
                self.file.with_suffix(".applied").write_text(mode)
            await asyncio.sleep(POLL)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the backend."""
        if self.mode == "refuse":
            writer.transport.abort()
            return
        while self.mode == "stall":
            await asyncio.sleep(POLL)
        upstream, downstream = await asyncio.open_connection(self.host, self.port)
        ours = {writer, downstream}
        self.writers |= ours
        try:
            await asyncio.gather(self._pump(reader, downstream), self._pump(upstream, writer))
        except OSError:
            pass  # the other side has gone, as in `refuse`
        finally:
            self.writers -= ours
            for each in ours:
                each.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(CHUNK):
            while self.mode == "stall":
                await asyncio.sleep(POLL)
            if self.mode == "slow":
                await asyncio.sleep(SLOW)
            writer.write(chunk)
            await writer.drain()
        raise ConnectionResetError


async def main(listen: int, host: str, port: int, file: Path) -> None:
    """Serve until killed."""
    proxy = Proxy(host, port, file)
    server = await asyncio.start_server(proxy.serve, "0.0.0.0", listen)  # noqa: S104 - a pod's own address
    async with server:
        await asyncio.gather(server.serve_forever(), proxy.watch())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])))
