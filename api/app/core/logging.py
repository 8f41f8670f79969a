"""Logs as one JSON object a line on standard output, uvicorn's own included."""

import json
import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from app.core import context

_FIELDS = ("method", "path", "status", "duration_ms", "version", "database", "tls")


class JsonFormatter(logging.Formatter):
    """Time, level, message, pod, request, user, and those values of `extra` whose names are known.

    Names are declared, because libraries put objects of their own into `extra`, and they could hold secrets.
    """

    def __init__(self, pod: str, fields: Iterable[str] = ()) -> None:
        super().__init__()
        self._pod = pod
        self._fields = (*_FIELDS, *fields)

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "pod": self._pod,
        }
        if request := context.current.get():
            entry["request_id"] = request.request_id
            entry["user_id"] = request.user_id
        entry.update(
            (name, value) for name in self._fields if (value := getattr(record, name, None)) is not None
        )
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def configure_logging(level: str, pod: str, fields: Iterable[str] = ()) -> None:
    """Send every logger of this process through the JSON formatter; `fields` are the domains' names of extras."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(pod, fields))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    # The request middleware writes one line a request; with a handler in reach uvicorn would write another.
    access = logging.getLogger("uvicorn.access")
    access.handlers, access.propagate = [], False
