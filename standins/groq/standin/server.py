"""The HTTP side: Groq's two routes, the switch for faults, and pace."""

import json
import os
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from . import mistakes, strict
from .faults import KNOWN, Faults
from .mind import Exchange, think
from .strict import Refused
from .wire import Completion, event

HANG = 120  # seconds of silence, longer than any client waits
_STATUS = {"429": 429, "429-soon": 429, "500": 500, "503": 503, "401": 401, "echo": 401}
_RETRY_AFTER = {"429": 7, "429-soon": 1}


def say(line: str) -> None:
    """Write to the container's log, unbuffered."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], word_seconds: float) -> None:
        super().__init__(address, Handler)
        self.faults = Faults()
        self.word_seconds = word_seconds
        self.asked = 0
        self.stopping = threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self._json(200, {"status": "ok"})
        elif self.path == "/control":
            self._json(200, {"fault": self.server.faults.switch, "asked": self.server.asked, "known": KNOWN})
        elif self.path == "/openai/v1/models":
            self._guarded(self._models)
        else:
            self._unknown()

    def do_POST(self) -> None:
        if self.path == "/control":
            self._control()
        elif self.path == "/openai/v1/chat/completions":
            self._guarded(self._complete)
        else:
            self._unknown()

    def _guarded(self, answer: Any) -> None:
        try:
            body = self._body()
            strict.check_key(self.headers.get("Authorization", ""))
            answer(body)
        except Refused as refused:
            self._json(refused.status, {"error": refused.error})
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client has disconnected

    def _models(self, _body: bytes) -> None:
        models = [
            {
                "id": name,
                "object": "model",
                "created": 1754408224,
                "owned_by": "stand-in",
                "active": True,
                "context_window": 131072,
                "public_apps": None,
                "max_completion_tokens": 65536,
            }
            for name in strict.MODELS
        ]
        self._json(200, {"object": "list", "data": models})

    def _complete(self, raw: bytes) -> None:
        try:
            body = strict.check(json.loads(raw))
        except ValueError:
            raise Refused(400, "request body is not valid JSON") from None
        self.server.asked += 1
        exchange = Exchange.last(body["messages"])
        fault = self.server.faults.strike(exchange.text)
        if fault in _STATUS:
            self._fail(fault)
            return
        if fault == "slow":
            self.server.stopping.wait(HANG)
            raise BrokenPipeError
        if (refused := mistakes.refusal(fault, think(body["messages"]))) and not fault.endswith("midstream"):
            raise refused
        may_call = bool(body.get("tools")) and body.get("tool_choice") != "none"
        completion = Completion(body, mistakes.reply(body["messages"], fault, may_call=may_call))
        if body.get("stream"):
            self._stream(completion, fault, refused)
        else:
            self._json(200, completion.whole())

    def _stream(self, completion: Completion, fault: str, refused: Refused | None) -> None:
        self._head(200, "text/event-stream", {"Transfer-Encoding": "chunked", "Cache-Control": "no-cache"})
        pause = 0.3 if fault == "drip" else self.server.word_seconds
        for number, chunk in enumerate(completion.chunks()):
            if number == 2 and fault in ("cut", "garbled", "stream-error", "tool_use_failed-midstream"):
                self._break(fault, refused)
                return
            self._piece(event(chunk))
            time.sleep(pause)
        self._piece(event("[DONE]"))
        self._piece(b"")

    def _break(self, fault: str, refused: Refused | None) -> None:
        if fault == "garbled":
            self._piece(event('{"half": '))
        elif fault != "cut":
            error = (
                refused.error if refused else {"message": "Internal error", "type": "internal_server_error"}
            )
            self._piece(event({"error": {**error, "status_code": 400 if refused else 500}}, "error"))
            self._piece(b"")
        self.close_connection = True

    def _fail(self, fault: str) -> None:
        status = _STATUS[fault]
        error: dict[str, Any] = {"message": "Internal Server Error", "type": "internal_server_error"}
        headers = {}
        if status == 429:
            wait = _RETRY_AFTER[fault]
            headers = {"retry-after": str(wait), "x-ratelimit-remaining-requests": "0"}
            message = f"Rate limit reached: requests per minute (RPM) 30. Please try again in {wait}s."
            error = {"message": message, "type": "requests", "code": "rate_limit_exceeded"}
        elif status == 401:
            error = {"message": "Invalid API Key", "type": "invalid_request_error", "code": "invalid_api_key"}
        if fault == "echo":
            error["message"] += f": {self.headers.get('Authorization')}"
        self._json(status, {"error": error}, headers)

    def _control(self) -> None:
        """For people and tests. {"fault": "500"} turns a fault on, {"fault": ""} turns it off."""
        try:
            wanted = json.loads(self._body() or b"{}").get("fault", "")
            self.server.faults.set(str(wanted or ""))
        except (ValueError, AttributeError) as error:
            self._json(400, {"error": str(error), "known": KNOWN})
            return
        say(f"fault: {self.server.faults.switch or 'none'}")
        self._json(200, {"fault": self.server.faults.switch})

    def _unknown(self) -> None:
        self._body()
        message = f"Unknown request URL: {self.command} {self.path}. Please check the URL for typos."
        self._json(
            404, {"error": {"message": message, "type": "invalid_request_error", "code": "unknown_url"}}
        )

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self._head(status, "application/json", {"Content-Length": str(len(content)), **(headers or {})})
        self.wfile.write(content)

    def _head(self, status: int, content_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        limits = {"x-ratelimit-limit-requests": "1000", "x-ratelimit-remaining-requests": "999"}
        fixed = {
            "Content-Type": content_type,
            "x-request-id": f"req_{uuid.uuid4().hex[:26]}",
            "x-standin": "todo-groq",
        }
        for name, value in {**fixed, **limits, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _piece(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def version_string(self) -> str:
        return "todo-groq (a stand-in, not Groq)"

    def log_request(self, code: int | str = "-", *_: object) -> None:
        """Log one line per request, except probes."""
        if self.path != "/healthz" or os.environ.get("LOG_PROBES"):
            say(f"{self.command} {self.path} {code}")
