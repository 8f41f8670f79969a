"""Saves a file and measures the time until all replicas, or the browser, show it."""

import http.client
import json
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

FIRST = 0.05  # seconds; no new answer can come sooner, because the new code has to be imported
PAUSE = 0.03  # seconds between two requests; more would take CPU from the reload
TIMEOUT = 30.0  # seconds


@dataclass
class Figures:
    """Seconds from save to effect, by what was saved."""

    rows: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, seconds: float) -> None:
        self.rows.setdefault(name, []).append(seconds)

    def median(self, name: str) -> float:
        return statistics.median(self.rows[name])

    def table(self) -> str:
        """A Markdown table with median, 95th percentile and range."""
        lines = ["| save → effect | n | p50 | p95 | range (s) |", "|---|---|---|---|---|"]
        for name, times in self.rows.items():
            ordered = sorted(times)
            p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
            middle = statistics.median(ordered)
            lines.append(
                f"| {name} | {len(times)} | {middle:.2f} | {p95:.2f} | {ordered[0]:.2f} to {ordered[-1]:.2f} |"
            )
        return "\n".join(lines)

    def write(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(self.rows, indent=1))


def answers(address: str, path: str, good: Callable[[int, str], bool], since: float) -> float:
    """Ask one replica until `good(status, body)`. Returns the seconds since `since`. Retries a dropped connection."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=5)
    said = "nothing"
    time.sleep(FIRST)
    while time.monotonic() - since < TIMEOUT:
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            said = answer.read().decode(errors="replace")
            if good(answer.status, said):
                return time.monotonic() - since
        except (OSError, http.client.HTTPException):
            connection.close()
        time.sleep(PAUSE)
    raise AssertionError(f"{address}{path} not as wanted within {TIMEOUT:.0f} s; last answer: {said[:500]}")


def in_all(
    replicas: Sequence[str], path: str, good: Callable[[int, str], bool], save: Callable[[], object]
) -> list[float]:
    """Save, then ask all replicas in parallel. Returns the seconds until each was right, quickest first."""
    times: list[float] = []
    failures: list[BaseException] = []

    def ask(replica: str) -> None:
        try:
            times.append(answers(replica, path, good, begin))
        except BaseException as error:
            failures.append(error)

    begin = time.monotonic()
    save()
    threads = [threading.Thread(target=ask, args=(replica,)) for replica in replicas]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sorted(times)
