"""How long the list takes for a user with 100,000 of a million tasks: `python -m benchmarks.list_at_scale`.

Starts a PostgreSQL of its own, measures the old queries on the schema before revision 0005, migrates, and measures
the API over HTTP. The server may use half a CPU, as in its pod, where the kernel lets this program arrange that.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import psycopg
from alembic import command
from alembic.config import Config

from app.core.config import Settings
from app.core.security import issue_token
from app.migrate import make_engine, migrate
from benchmarks import rows
from benchmarks.queries import Question, questions
from tests.support.postgres import Cluster, private_cluster
from tests.support.serving import API, process

ROUNDS = int(os.environ.get("ROUNDS", "30"))
OLD_ROUNDS = 7
TOGETHER = 20
CPU_MILLIS = 500
BEFORE = "0003"
_CPU_GROUPS = Path("/sys/fs/cgroup")
_SECRET = "a-secret-of-this-benchmark-only-0123456789"


def main() -> int:
    with private_cluster() as cluster:
        _give_memory(cluster)
        settings = Settings.model_validate({"database_url": cluster.url(), "jwt_secret": _SECRET})
        engine = make_engine(settings.database)
        config = Config(os.fspath(API / "alembic.ini"))
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, BEFORE)
        _step("creating a million tasks", lambda: rows.fill(cluster.url()))
        _step("vacuum", lambda: rows.settle(cluster.url()))
        old = {question.name: _old(cluster.url(), question) for question in questions()}
        _step("migration", lambda: migrate(engine))
        _step("vacuum", lambda: rows.settle(cluster.url()))
        with tempfile.TemporaryDirectory() as folder:
            environment = {"DATABASE_URL": cluster.url(), "JWT_SECRET": _SECRET}
            with (
                process(environment, Path(folder) / "log") as server,
                _half_a_cpu(server.popen.pid) as limited,
            ):
                return _report(old, _client(server.url), limited)


def _report(old: dict[str, list[float]], client: httpx.Client, limited: bool) -> int:
    """Prints Markdown. The exit code: 1 if a target is missed."""
    cpu = f"{CPU_MILLIS}m CPU" if limited else "CPU not limited: cgroups cannot be written here"
    load = os.getloadavg()[0]
    print(f"\n{date.today()}, API server with {cpu}, {os.cpu_count()} cores, load {load:.0f}\n")
    print(
        "| request (limit=100) | old query, min / median / p95 ms | request now, min / median / p95 ms | target |"
    )
    print("|---|---|---|---|")
    missed = 0
    for question in questions():
        now = _measure(ROUNDS, lambda q=question: _get(client, q))  # type: ignore[misc]
        mark = "" if _p95(now) <= question.limit else " (missed)"
        missed += bool(mark)
        cells = (question.name, _figures(old[question.name]), _figures(now), f"{question.limit:g}{mark}")
        print(f"| {' | '.join(cells)} |", flush=True)
    statuses = _together(client)
    print(
        f"\n{TOGETHER} at once, {len(statuses)} requests: {statuses.count(200)} with 200, "
        f"{len(statuses) - statuses.count(200)} others"
    )
    return 1 if missed or set(statuses) != {200} else 0


def _together(client: httpx.Client) -> list[int]:
    asked = [question for question in questions() for _ in range(4)]

    def ask(question: Question) -> int:
        return client.get(question.path, params=question.query).status_code

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(ask, asked))


def _old(url: str, question: Question) -> list[float]:
    connection = psycopg.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:

        def ask() -> None:
            cursor.execute(question.old, {"owner": str(rows.HEAVY)})
            cursor.fetchall()

        times = _measure(OLD_ROUNDS, ask)
    connection.close()
    return times


def _get(client: httpx.Client, question: Question) -> None:
    client.get(question.path, params=question.query).raise_for_status()


def _measure(rounds: int, ask: Callable[[], Any]) -> list[float]:
    """Milliseconds, sorted. The first one, which warms caches, is left out."""
    times = []
    for _ in range(rounds + 1):
        begin = time.perf_counter()
        ask()
        times.append((time.perf_counter() - begin) * 1000)
    return sorted(times[1:])


def _p95(times: list[float]) -> float:
    return times[min(len(times) - 1, int(len(times) * 0.95))]


def _figures(times: list[float]) -> str:
    return f"{times[0]:.0f} / {statistics.median(times):.0f} / {_p95(times):.0f}"


def _client(url: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {issue_token(rows.HEAVY, _SECRET)}"}
    limits = httpx.Limits(max_connections=TOGETHER)
    return httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=30, limits=limits)


def _give_memory(cluster: Cluster) -> None:
    """PostgreSQL's own default, which the tests' server is below."""
    with cluster.data.joinpath("postgresql.conf").open("a") as conf:
        conf.write("shared_buffers = '128MB'\n")
    with cluster.stopped():
        pass


@contextmanager
def _half_a_cpu(pid: int) -> Iterator[bool]:
    """Whether the process, with all its threads, was limited as the manifest limits the pod."""
    period = 100_000  # microseconds, Kubernetes' own
    quota = period * CPU_MILLIS // 1000
    unified = (_CPU_GROUPS / "cgroup.controllers").exists()
    group = (_CPU_GROUPS if unified else _CPU_GROUPS / "cpu") / f"todo-benchmark-{os.getpid()}"
    try:
        group.mkdir()
        if unified:
            group.joinpath("cpu.max").write_text(f"{quota} {period}")
        else:
            group.joinpath("cpu.cfs_period_us").write_text(f"{period}")
            group.joinpath("cpu.cfs_quota_us").write_text(f"{quota}")
        group.joinpath("cgroup.procs").write_text(f"{pid}")
    except OSError:
        yield False
        return
    try:
        yield True
    finally:
        group.parent.joinpath("cgroup.procs").write_text(f"{pid}")
        group.rmdir()


def _step(name: str, do: Callable[[], None]) -> None:
    begin = time.monotonic()
    print(f"{name} …", end=" ", flush=True)
    do()
    print(f"{time.monotonic() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
