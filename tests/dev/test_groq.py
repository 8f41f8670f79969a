"""What `make up` reports about a GROQ_API_KEY, with an HTTP server that answers like Groq."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.base.failure import Failure
from dev.env import services

KEY = "gsk_canary0123456789abcdef"
MODELS = {"object": "list", "data": [{"id": "one"}, {"id": "two"}]}


class Groq(http.server.ThreadingHTTPServer):
    """Answers with `answer` to the right key, and with 401 or 403 to clients that Groq refuses."""

    answer: tuple[int, str, dict[str, str]] = (200, json.dumps(MODELS), {})

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Groq

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, body, headers = self.server.answer
        if self.headers["User-Agent"].startswith("Python-urllib"):
            status, body = 403, "error code: 1010"
        elif self.headers["Authorization"] != f"Bearer {KEY}":
            status, body = 401, '{"error": {"message": "Invalid API Key", "code": "invalid_api_key"}}'
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def groq() -> Iterator[Groq]:
    with Groq() as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server
        server.shutdown()


def test_a_good_key(groq: Groq) -> None:
    assert services.groq(KEY, groq.address) == "accepted, 2 models"
    assert groq.asked == ["/openai/v1/models"]


def test_a_wrong_key_stops_and_names_the_remedy(groq: Groq) -> None:
    with pytest.raises(Failure) as caught:
        services.groq(KEY + "x", groq.address)
    assert "Groq does not accept it\n  remedy: make a key at https://console.groq.com/keys" in str(
        caught.value
    )
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_failure_of_groq_does_not_stop_make_up(groq: Groq, status: int) -> None:
    groq.answer = (status, "{}", {})
    assert services.groq(KEY, groq.address) == (
        f"not checked, Groq answers with {status}; the assistant may not work"
    )


@pytest.mark.parametrize("body", ["", "<html>", "{}"])
def test_the_page_of_a_proxy_is_not_groqs_answer(groq: Groq, body: str) -> None:
    groq.answer = (200, body, {})
    assert (
        services.groq(KEY, groq.address) == "not checked, Groq does not answer; the assistant will not work"
    )


def test_no_network() -> None:
    said = services.groq(KEY, "http://127.0.0.1:1")
    assert said == "not checked, Groq does not answer; the assistant will not work"


def test_the_key_follows_no_redirect(groq: Groq) -> None:
    with Groq() as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, args=[0.01], daemon=True).start()
        groq.answer = (302, "", {"Location": f"{elsewhere.address}/"})
        assert "answers with 302" in services.groq(KEY, groq.address)
        assert elsewhere.asked == []
        elsewhere.shutdown()


def test_up_names_the_key_that_is_wrong_and_never_its_value(
    groq: Groq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text(f"GROQ_API_KEY={KEY}\n")
    monkeypatch.setattr("dev.env.dotenv.load.__defaults__", (tmp_path / ".env",))
    monkeypatch.setattr("dev.env.services.groq.__defaults__", (groq.address,))
    services.require()
    assert capsys.readouterr().out == "GROQ_API_KEY: accepted, 2 models\n"
    (tmp_path / ".env").write_text(f"GROQ_API_KEY={KEY}x\n")
    with pytest.raises(Failure, match="GROQ_API_KEY: Groq does not accept it") as caught:
        services.require()
    assert KEY not in str(caught.value)


def test_without_env_no_service_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dev.env.dotenv.load.__defaults__", (tmp_path / ".env",))
    monkeypatch.setattr("dev.env.services.groq.__defaults__", ("http://127.0.0.1:1",))
    services.require()
