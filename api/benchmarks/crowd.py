"""A crowd at the login of two replicas, and how long one other user's `GET /tasks` takes meanwhile.

`PYTHONPATH=api:. python -m benchmarks.crowd` starts a private PostgreSQL, and each replica as a process of
its own.
"""

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import httpx

from tests.support.postgres import private_cluster
from tests.support.serving import API, plain_environment, process

PEOPLE = 60
PASSWORD = "correct horse"
CALM = "no crowd"
PAUSE = 0.02  # seconds between two of the other user's requests
SHORTEST = 1.0  # seconds
REPLICAS = 2
Ask = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]


@dataclass
class Figures:
    """One burst. Times in seconds."""

    wall: float = 0
    statuses: Counter[int] = field(default_factory=Counter)
    """Of the crowd."""
    waited: list[float] = field(default_factory=list)
    """By each of the crowd."""
    others: list[float] = field(default_factory=list)
    """What the other user's requests took."""
    others_statuses: Counter[int] = field(default_factory=Counter)

    def __str__(self) -> str:
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        return (
            f"{self.wall:5.1f} s, {statuses}, waited p95 {quantile(self.waited or [0.0], 0.95):.2f} s;"
            f" GET /tasks meanwhile: n={len(self.others)}, p50 {quantile(self.others, 0.5):.3f} s,"
            f" p95 {quantile(self.others, 0.95):.3f} s, most {max(self.others):.3f} s"
        )


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[round((len(values) - 1) * share)]


@contextlib.contextmanager
def replicas(database_url: str, folder: Path) -> Iterator[list[str]]:
    """Base URLs of the API, one for each process."""
    environment = {"DATABASE_URL": database_url, "DRAIN_SECONDS": "0"}
    migrated = plain_environment() | environment
    subprocess.run([sys.executable, "-m", "app.migrate"], cwd=API, env=migrated, check=True)
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(process(environment, folder / f"{number}")) for number in range(REPLICAS)
        ]
        yield [f"{server.url}/api/v1" for server in servers]


def register(url: str, number: int, run: str) -> Ask:
    body = {"email": f"{run}{number}@example.com", "password": PASSWORD}
    return lambda client: client.post(f"{url}/auth/register", json=body)


def log_in(url: str, number: int, run: str) -> Ask:
    body = {"email": f"{run}{number}@example.com", "password": PASSWORD}
    return lambda client: client.post(f"{url}/auth/login", json=body)


async def burst(urls: Sequence[str], asks: Sequence[Ask]) -> Figures:
    """All of `asks` at once, and the other user's requests to all replicas in turn until they are answered.

    For at least `SHORTEST` seconds.
    """
    figures = Figures()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client, httpx.AsyncClient(timeout=60) as other:
        account = {"email": f"other{time.monotonic_ns()}@example.com", "password": PASSWORD}
        session = (await other.post(f"{urls[0]}/auth/register", json=account)).raise_for_status().json()
        other.headers["Authorization"] = f"Bearer {session['access_token']}"
        for url in urls:
            await other.get(f"{url}/tasks")

        async def one(ask: Ask) -> None:
            begin = time.monotonic()
            figures.statuses[(await ask(client)).status_code] += 1
            figures.waited.append(time.monotonic() - begin)

        begin = time.monotonic()
        crowd = asyncio.gather(asyncio.sleep(SHORTEST), *(one(ask) for ask in asks))
        for url in cycle(urls):
            if crowd.done():
                break
            asked = time.monotonic()
            figures.others_statuses[(await other.get(f"{url}/tasks?limit=1")).status_code] += 1
            figures.others.append(time.monotonic() - asked)
            await asyncio.sleep(PAUSE)
        await crowd
        figures.wall = time.monotonic() - begin
    return figures


async def three_bursts(urls: Sequence[str], run: str) -> dict[str, Figures]:
    """Nobody, registrations, logins of the same people, and both at once."""
    turns = list(zip(range(PEOPLE), cycle(urls), strict=False))
    found = {CALM: await burst(urls, [])}
    found[f"{PEOPLE} registrations"] = await burst(urls, [register(url, n, run) for n, url in turns])
    found[f"{PEOPLE} logins"] = await burst(urls, [log_in(url, n, run) for n, url in turns])
    both = [ask for n, url in turns for ask in (register(url, n, f"{run}b"), log_in(url, n, run))]
    found["both at once"] = await burst(urls, both)
    return found


def main() -> None:
    """Measure and print."""
    with (
        private_cluster() as cluster,
        tempfile.TemporaryDirectory() as folder,
        replicas(cluster.url(), Path(folder)) as urls,
    ):
        for name, figures in asyncio.run(three_bursts(urls, "person")).items():
            print(f"{name:<18} {figures}")


if __name__ == "__main__":
    main()
