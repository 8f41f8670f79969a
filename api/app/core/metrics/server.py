"""Serves the metrics on a separate port. No Service exposes it, so clients of the API cannot read them."""

import logging
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer

_POLL = 0.1  # seconds that the shutdown of the process waits for this server, at most
log = logging.getLogger("app.metrics")


class _Server(ThreadingWSGIServer):
    # The development server starts its next worker while the previous one still shuts down.
    allow_reuse_port = True

    def server_bind(self) -> None:
        """Without the inherited lookup of the host name, which hangs when DNS does."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "metrics", self.server_address[1]
        self.setup_environ()


class _Handler(WSGIRequestHandler):
    timeout = 5  # seconds: a peer that goes silent must not keep its thread

    def log_message(self, format: str, *args: object) -> None:
        """Scrapes are not logged."""


@contextmanager
def serving_metrics(registry: CollectorRegistry, port: int | None) -> Iterator[int | None]:
    """The port that it listens on while the block runs; port 0 takes a free one. None: no port given, or it is in use.

    In a thread, so that it answers while the event loop is busy. A failure is logged and blocks nothing.
    """
    if port is None:
        yield None
        return
    try:
        server = make_server("", port, make_wsgi_app(registry), _Server, _Handler)
    except OSError as error:
        log.warning("no metrics: port %d: %s", port, error.strerror)
        yield None
        return
    thread = threading.Thread(target=server.serve_forever, args=(_POLL,), name="metrics", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
