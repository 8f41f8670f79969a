"""Logs as one JSON object a line on standard output, uvicorn's own included."""

import json
import logging
import sys
from datetime import UTC, datetime

from app.core import context

_FIELDS = (
    *("method", "path", "status", "duration_ms", "version", "database", "tls"),
    *("model", "outcome", "tool", "prompt_tokens", "completion_tokens", "requests_left"),
)


class JsonFormatter(logging.Formatter):
    """Time, level, message, where it ran and for whom, and the fields that the caller gave as `extra`."""

    def __init__(self, pod: str) -> None:
        super().__init__()
        self._pod = pod

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
        entry.update((name, value) for name in _FIELDS if (value := getattr(record, name, None)) is not None)
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def configure_logging(level: str, pod: str) -> None:
    """Send every logger of this process through the JSON formatter."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(pod))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    # The request middleware writes one line a request; with a handler in reach uvicorn would write another.
    access = logging.getLogger("uvicorn.access")
    access.handlers, access.propagate = [], False
