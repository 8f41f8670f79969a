"""The process's metrics registry, and the state of the database and the assistant at each scrape."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from app.chat.service import Assistant
from app.core.db.database import CONNECTIONS_KEPT, CONNECTIONS_MORE, Database
from app.core.shutdown import shutdown


def make_registry(database: Database, assistant: Assistant) -> CollectorRegistry:
    """One for each application, not prometheus_client's own: a test process creates several applications."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Parts(database, assistant))
    registry.register(assistant.model.durations)
    return registry


class _Parts(Collector):
    """Reads counters already in memory (no query, no lock), so scraping adds no load during an outage."""

    def __init__(self, database: Database, assistant: Assistant) -> None:
        self._database = database
        self._assistant = assistant

    def collect(self) -> Iterable[Metric]:
        yield GaugeMetricFamily("todo_draining", "1 from SIGTERM until the process ends.", shutdown.draining)
        yield from self._of_database()
        yield from self._of_assistant()

    def _of_database(self) -> Iterable[Metric]:
        connections = GaugeMetricFamily(
            "todo_database_connections", "Connections to PostgreSQL.", labels=["state"]
        )
        connections.add_metric(["in_use"], self._database.connections_in_use)
        connections.add_metric(["idle"], self._database.connections_idle)
        yield connections
        yield GaugeMetricFamily(
            "todo_database_connections_limit",
            "As many as this process may have.",
            CONNECTIONS_KEPT + CONNECTIONS_MORE,
        )

    def _of_assistant(self) -> Iterable[Metric]:
        breaker = self._assistant.model.breaker
        states = GaugeMetricFamily(
            "todo_assistant_breaker", "1 for the state that Groq's circuit breaker is in.", labels=["state"]
        )
        for state in ("closed", "open", "half_open"):
            states.add_metric([state], breaker.state == state)
        yield states
        yield CounterMetricFamily(
            "todo_assistant_breaker_opened", "How often the breaker opened.", breaker.opened
        )
        yield CounterMetricFamily(
            "todo_assistant_calls_refused", "Calls that the breaker kept from Groq.", breaker.refused
        )
        yield GaugeMetricFamily(
            "todo_assistant_answers_in_progress",
            "Answers being given, each with a lease.",
            self._assistant.leases.count,
        )
