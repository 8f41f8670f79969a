"""Counts and times HTTP requests. Labels are fixed words: no address, no id, nothing that a client chooses."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# They would add a series to each counter, with the time of its first count.
disable_created_metrics()  # type: ignore[no-untyped-call]
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Seconds. The last ones are for streamed answers of the assistant.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
Routes = Mapping[Callable[..., Any] | None, str]
"""The path template of each endpoint; any other endpoint counts as "other"."""


class HttpMetrics:
    """Requests that reached this process, including probes."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "http_requests",
            "Requests by their answer. Status 0: the client left before there was one.",
            ["method", "route", "status"],
            registry=registry,
        )
        self.duration = Histogram(
            "http_request_duration_seconds",
            "From the request's head to the answer's last byte.",
            ["method", "route"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self.in_flight = Gauge("http_requests_in_flight", "Requests being answered.", registry=registry)


class MetricsMiddleware:
    """Pure ASGI; outside the middleware that turns unforeseen errors into responses, so that it counts those too."""

    def __init__(self, app: ASGIApp, metrics: HttpMetrics, routes: Routes) -> None:
        self._app = app
        self._metrics = metrics
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, started = 0, time.perf_counter()

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            with self._metrics.in_flight.track_inprogress():
                await self._app(scope, receive, send_and_note)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = self._routes.get(scope.get("endpoint"), "other")  # the router has left it there
            self._metrics.requests.labels(method, route, status).inc()
            self._metrics.duration.labels(method, route).observe(time.perf_counter() - started)
