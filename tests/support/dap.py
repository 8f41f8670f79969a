"""An editor's side of the Debug Adapter Protocol: sessions, breakpoints, stops, variables, as VS Code speaks it.

https://microsoft.github.io/debug-adapter-protocol/specification
"""

import contextlib
import json
import queue
import socket
import threading
from pathlib import Path
from typing import Any

from tests.support.waiting import until

Message = dict[str, Any]
PATIENCE = 20.0  # seconds


class Session:
    """One connection to the adapter, attached."""

    def __init__(self, editor: "Editor", arguments: Message) -> None:
        self.editor = editor
        self._socket = socket.create_connection(("127.0.0.1", editor.port), timeout=PATIENCE)
        self._socket.settimeout(None)  # a stopped program is silent
        self._stream = self._socket.makefile("rb")
        self._number = 0
        self._answers: dict[int, queue.Queue[Message]] = {}
        self._initialized = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        self.ask("initialize", adapterID="debugpy", pathFormat="path", supportsStartDebuggingRequest=True)
        attached = self._send("attach", arguments)
        assert self._initialized.wait(PATIENCE), "the adapter sent no `initialized`"
        for file, lines in editor.breakpoints.items():
            self.set_breakpoints(file, lines)
        self.ask("configurationDone")
        self._wait(attached)

    def set_breakpoints(self, file: Path, lines: list[int]) -> list[Message]:
        breakpoints = [{"line": line} for line in lines]
        body = self.ask("setBreakpoints", source={"path": str(file)}, breakpoints=breakpoints)
        found: list[Message] = body["breakpoints"]
        return found

    def ask(self, command: str, **arguments: Any) -> Message:
        """The body of the answer."""
        return self._wait(self._send(command, arguments))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _send(self, command: str, arguments: Message) -> int:
        self._number += 1
        number = self._number
        self._answers[number] = queue.Queue()
        self._write({"seq": number, "type": "request", "command": command, "arguments": arguments})
        return number

    def _write(self, message: Message) -> None:
        body = json.dumps(message).encode()
        self._socket.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def _wait(self, number: int) -> Message:
        answer = self._answers[number].get(timeout=PATIENCE)
        assert answer["success"], answer
        body: Message = answer.get("body") or {}
        return body

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while line := self._stream.readline():
                length = int(line.partition(b":")[2])
                self._stream.readline()
                self._handle(json.loads(self._stream.read(length)))

    def _handle(self, message: Message) -> None:
        if message["type"] == "response":
            if waiting := self._answers.get(message["request_seq"]):
                waiting.put(message)
        elif message["type"] == "request":  # startDebugging, for a new child
            self._write(
                {
                    "seq": 0,
                    "type": "response",
                    "request_seq": message["seq"],
                    "command": message["command"],
                    "success": True,
                }
            )
            self.editor.open(message["arguments"]["configuration"])
        elif message["event"] == "initialized":
            self._initialized.set()
        elif message["event"] == "stopped":
            self.editor.stops.put((self, message["body"]))


class Editor:
    """Attached once; it opens a session for each child process with the same breakpoints, as editors do."""

    def __init__(self, port: int, local_root: Path, remote_root: str) -> None:
        self.port = port
        self.breakpoints: dict[Path, list[int]] = {}
        self.stops: queue.Queue[tuple[Session, Message]] = queue.Queue()
        self.sessions: list[Session] = []
        mappings = [{"localRoot": str(local_root), "remoteRoot": remote_root}]
        self._configuration = {
            "name": "Attach: API pod",
            "type": "python",
            "request": "attach",
            "connect": {"host": "localhost", "port": port},
            "pathMappings": mappings,
        }

    def attach(self) -> None:
        """Returns once the child that runs is attached too."""
        self.sessions.append(Session(self, self._configuration))
        until(lambda: len(self.sessions) > 1, timeout=PATIENCE, what="a session for the child")

    def open(self, configuration: Message) -> None:
        """A session of its own for a child, beside the one that reported it."""
        threading.Thread(
            target=lambda: self.sessions.append(Session(self, configuration)), daemon=True
        ).start()

    def stop_at(self, file: Path, *lines: int) -> None:
        self.breakpoints[file] = list(lines)
        for session in self.sessions:
            session.set_breakpoints(file, list(lines))

    def stopped(self) -> "Stop":
        """The next stop."""
        session, body = self.stops.get(timeout=PATIENCE)
        frames = session.ask("stackTrace", threadId=body["threadId"])["stackFrames"]
        return Stop(session, body["threadId"], frames)

    def close(self) -> None:
        for session in self.sessions:
            session.close()


class Stop:
    """A stopped thread."""

    def __init__(self, session: Session, thread: int, frames: list[Message]) -> None:
        self._session = session
        self._thread = thread
        self._frames = frames

    @property
    def place(self) -> tuple[str, int]:
        """File on this machine, and line."""
        top = self._frames[0]
        return top["source"]["path"], top["line"]

    def variable(self, name: str) -> str:
        scopes = self._session.ask("scopes", frameId=self._frames[0]["id"])["scopes"]
        local = next(scope for scope in scopes if scope["name"] == "Locals")
        found = self._session.ask("variables", variablesReference=local["variablesReference"])["variables"]
        return str(next(each["value"] for each in found if each["name"] == name))

    def go_on(self) -> None:
        self._session.ask("continue", threadId=self._thread)
