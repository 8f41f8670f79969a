"""Sends requests at a fixed rate, regardless of the answers, and counts each failure.

`python prober.py URL RATE` registers a user at URL (`…/api/v1`), prints "ready", and then sends RATE requests per
second in each of four lanes: {new, reused connections} x {read, write}. Nothing is ever retried. When its standard
input ends it reads back every write that was acknowledged and prints a report as one line of JSON. It needs httpx
only, so that it runs inside the backend's own image as well.

The lanes are those of OpenShift's disruption monitor (openshift/origin, pkg/monitortests): a rollout can lose
requests on reused connections while new ones all succeed.
"""

import asyncio
import json
import secrets
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx

TIMEOUT = 15  # seconds for one request; a longer wait is a failure
READ_BACK = 30  # seconds for the Service to answer again at the end
CONNECTIONS = 16  # per lane with reused connections
IDLE = 5  # seconds; a client that keeps a connection longer than the server may lose a request: RFC 9112, section 9.3.1


@dataclass(frozen=True, order=True)
class Failure:
    """One failed request, with enough detail to distinguish a refused connection from a broken one."""

    at: float
    """Unix time."""
    lane: str
    kind: str
    """The client's exception, or the answer's status."""
    seconds: float
    """Since the start of the request."""
    cause: str
    """The exception below the client's; empty for an answer."""


@dataclass
class Lane:
    """One kind of traffic: requests sent, response times, failures."""

    name: str
    client: httpx.AsyncClient
    writes: bool
    seconds: list[float] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)  # ids of tasks

    async def request(self, number: int) -> None:
        """Send one request, and note its outcome."""
        begin = time.monotonic()
        try:
            if self.writes:
                answer = await self.client.post("/tasks", json={"title": f"{self.name} {number}"})
            else:
                answer = await self.client.get("/tasks", params={"limit": 10})
        except httpx.HTTPError as error:
            self._failed(begin, type(error).__name__, _cause(error))
            return
        self.seconds.append(time.monotonic() - begin)
        if answer.status_code != (201 if self.writes else 200):
            self._failed(begin, f"HTTP {answer.status_code}")
        elif self.writes:
            self.acknowledged.add(answer.json()["id"])

    def _failed(self, begin: float, kind: str, cause: str = "") -> None:
        seconds = round(time.monotonic() - begin, 3)
        self.failures.append(Failure(time.time(), self.name, kind, seconds, cause))

    def report(self) -> dict[str, Any]:
        """Counts, and percentiles in milliseconds."""
        ordered = sorted(self.seconds) or [0.0]
        at = {f"p{p}_ms": round(ordered[int((len(ordered) - 1) * p / 100)] * 1000, 1) for p in (50, 95, 99)}
        sent = len(self.seconds) + sum(not failure.kind.startswith("HTTP") for failure in self.failures)
        return {"sent": sent, "failed": len(self.failures), **at}


async def main(url: str, rate: float) -> None:
    """Probe until standard input ends, then print the report."""
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT) as visitor:
        headers = {"Authorization": f"Bearer {await _register(visitor)}"}
        lanes = [
            Lane(f"{kind} {what}", _client(url, headers, kept), what == "write")
            for kind, kept in (("new", 0), ("reused", CONNECTIONS))
            for what in ("read", "write")
        ]
        print("ready", flush=True)
        over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        begin = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for lane in lanes:
                group.create_task(_pace(lane, rate, over, group))
        elapsed = time.monotonic() - begin
        visitor.headers.update(headers)
        print(json.dumps(_report(lanes, await _stored(visitor), elapsed)), flush=True)


def _cause(error: BaseException) -> str:
    """The first exception in a chain, which the operating system's error caused."""
    while below := error.__cause__ or error.__context__:
        error = below
    return repr(error)


def _client(url: str, headers: dict[str, str], kept: int) -> httpx.AsyncClient:
    limits = httpx.Limits(
        max_connections=4 * CONNECTIONS, max_keepalive_connections=kept, keepalive_expiry=IDLE
    )
    return httpx.AsyncClient(base_url=url, headers=headers, limits=limits, timeout=TIMEOUT)


async def _register(visitor: httpx.AsyncClient) -> str:
    account = {"email": f"prober-{secrets.token_hex(6)}@example.com", "password": secrets.token_hex(16)}
    answer = await visitor.post("/auth/register", json=account)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


async def _pace(lane: Lane, rate: float, over: "asyncio.Future[str]", group: asyncio.TaskGroup) -> None:
    """An open loop: the next request is sent on time even if the last one is still unanswered."""
    begin, number = time.monotonic(), 0
    while not over.done():
        number += 1
        group.create_task(lane.request(number))
        await asyncio.sleep(max(0.0, begin + number / rate - time.monotonic()))


async def _stored(visitor: httpx.AsyncClient) -> set[str]:
    """The ids of all tasks of the user, page by page."""
    found: set[str] = set()
    page, more = 1, True
    while more:
        body = await _read_back(visitor, page)
        found |= {task["id"] for task in body["items"]}
        page, more = page + 1, body["pagination"]["has_next"]
    return found


async def _read_back(visitor: httpx.AsyncClient, page: int) -> Any:
    """A page of tasks, as soon as there is an answer: requests that fail are the lanes' to count, lost writes ours."""
    deadline = time.monotonic() + READ_BACK
    while True:
        try:
            answer = await visitor.get("/tasks", params={"page": page, "limit": 100})
            return answer.raise_for_status().json()
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(1)


def _report(lanes: list[Lane], stored: set[str], elapsed: float) -> dict[str, Any]:
    acknowledged = set().union(*(lane.acknowledged for lane in lanes))
    failures = sorted(failure for lane in lanes for failure in lane.failures)
    first_of_kind = {failure.kind: asdict(failure) for failure in reversed(failures)}
    return {
        "seconds": round(elapsed, 1),
        "lanes": {lane.name: lane.report() for lane in lanes},
        "sent": sum(lane.report()["sent"] for lane in lanes),
        "failed": len(failures),
        "failing_seconds": round(failures[-1].at - failures[0].at, 1) if failures else 0.0,
        "kinds": dict(Counter(failure.kind for failure in failures)),
        "first_of_kind": list(first_of_kind.values()),
        "acknowledged": len(acknowledged),
        "lost": len(acknowledged - stored),
    }


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
