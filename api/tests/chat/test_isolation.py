"""While Groq hangs, the rest of the API must not notice."""

import contextlib
import os
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.chat.service import MAX_ANSWERS
from app.core.config import Settings
from tests.support.chat import Chat, replica, talk
from tests.support.groq_standin import Standin
from tests.support.serving import Process

pytestmark = pytest.mark.slow

REQUESTS = 300
SETTLE = 0.5  # seconds


@dataclass
class Phase:
    """Milliseconds of each request, and seconds of CPU that the server took."""

    durations: list[float] = field(default_factory=list)
    cpu: float = 0

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.durations, n=20)[-1]


@contextlib.contextmanager
def hanging(chat: Chat, standin: Standin) -> Iterator[None]:
    """As many answers as a replica gives at once, all waiting for Groq. They end when their clients leave."""
    chat.http.delete("/chat/messages").raise_for_status()  # those of the last minute count towards a limit
    before = standin.asked
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(MAX_ANSWERS) as pool:

        def ask() -> None:
            stack.enter_context(chat.http.stream("POST", "/chat", json=chat.body("hello @slow")))

        list(pool.map(lambda _: ask(), range(MAX_ANSWERS)))
        while standin.asked - before < MAX_ANSWERS:
            time.sleep(0.02)
        yield


def take_turns(servers: dict[str, Process], users: dict[str, Chat], phases: dict[str, Phase]) -> None:
    """A mix of requests, one to each server in turn: whatever else this machine does falls on both alike."""
    time.sleep(SETTLE)
    before = {name: cpu_seconds(server.popen.pid) for name, server in servers.items()}
    for number in range(REQUESTS):
        for name, user in users.items():
            begin = time.perf_counter()
            if number % 5 == 0:  # the same key makes no second task: the list must not grow on the way
                headers = {"Idempotency-Key": f"{number}"}
                user.http.post("/tasks", json={"title": f"Task {number}"}, headers=headers).raise_for_status()
            else:
                user.http.get("/tasks?limit=20").raise_for_status()
            phases[name].durations.append((time.perf_counter() - begin) * 1000)
    for name, server in servers.items():
        phases[name].cpu += cpu_seconds(server.popen.pid) - before[name]


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_hanging_groq_slows_nothing_else(
    chat: Chat, settings: Settings, standin: Standin, tmp_path: Path
) -> None:
    """Of two replicas one waits for Groq, then the other one. The bounds leave room for a busy machine."""
    calm, hung = Phase(), Phase()
    with (
        replica(settings, standin, tmp_path / "one", RATE_LIMIT_CHAT_MINUTE="0") as one,
        replica(settings, standin, tmp_path / "two", RATE_LIMIT_CHAT_MINUTE="0") as two,
    ):
        users = {"one": talk(one, chat), "two": talk(two, chat)}
        servers = {"one": one, "two": two}
        take_turns(servers, users, {"one": Phase(), "two": Phase()})  # warm
        for waiting in ("one", "two"):
            phases = {name: hung if name == waiting else calm for name in servers}
            others = talk(servers[waiting], chat)
            with hanging(others, standin):
                take_turns(servers, users, phases)
                refused = others.http.post("/chat", json=others.body("hello"))
            assert refused.json()["type"] == "urn:todo:problem:assistant-busy"
    print(
        f"\np95 {calm.p95:.1f} ms, with {MAX_ANSWERS} answers waiting for Groq {hung.p95:.1f} ms"
        f" ({(hung.p95 / calm.p95 - 1) * 100:+.1f} %); CPU {calm.cpu:.2f} and {hung.cpu:.2f} s"
        f" ({(hung.cpu / calm.cpu - 1) * 100:+.1f} %) for {len(calm.durations)} requests each"
    )
    assert hung.cpu < calm.cpu * 1.25
    assert hung.p95 < calm.p95 * 2
