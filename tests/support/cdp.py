"""A Node.js inspector's client: breakpoints by source line, stops, variables, as an editor speaks it.

https://chromedevtools.github.io/devtools-protocol/v8/Debugger
"""

import base64
import json
import re
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

from websockets.sync.client import connect

Message = dict[str, Any]
PATIENCE = 30.0  # seconds
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


class Inspector:
    """Attached to the only process behind a port."""

    def __init__(self, port: int) -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=PATIENCE) as answer:
            (target,) = json.load(answer)
        address = re.sub(r"//[^/]+/", f"//127.0.0.1:{port}/", target["webSocketDebuggerUrl"])
        self._socket = connect(address, max_size=None, ping_interval=None)  # Node answers no ping
        self._number = 0
        self._events: list[Message] = []
        self.ask("Runtime.enable")
        self.ask("Debugger.enable")

    def ask(self, method: str, **parameters: Any) -> Message:
        """The result; events that come meanwhile are kept."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = self._receive(PATIENCE)
            if message.get("id") == self._number:
                assert "error" not in message, message
                result: Message = message["result"]
                return result
            self._events.append(message)

    def wait(self, method: str) -> Message:
        """The parameters of the next such event."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for message in self._events:
                if message.get("method") == method:
                    self._events.remove(message)
                    parameters: Message = message["params"]
                    return parameters
            self._events.append(self._receive(deadline - time.monotonic()))

    def stop_at(self, source: str, line: int) -> None:
        """Break where the newest script that was compiled from `source` (the end of its path) executes this line."""
        parsed = [each["params"] for each in self._events if each.get("method") == "Debugger.scriptParsed"]
        # React builds scripts of its own with the same maps, to show the stack of the server in the browser.
        compiled = [each for each in parsed if each["sourceMapURL"] and not each["url"].startswith("about:")]
        for script in sorted(compiled, key=lambda each: -int(each["scriptId"])):
            for place in places(self._map(script), source, line):
                location = {"scriptId": script["scriptId"], **place}
                self.ask("Debugger.setBreakpoint", location=location)
                return
        raise AssertionError(
            f"no script has {source}:{line} in its map: {[each['url'] for each in parsed][-20:]}"
        )

    def variable(self, paused: Message, name: str) -> Any:
        frame = paused["callFrames"][0]["callFrameId"]
        found = self.ask("Debugger.evaluateOnCallFrame", callFrameId=frame, expression=name)
        return found["result"]["value"]

    def close(self) -> None:
        self._socket.close()

    def _receive(self, seconds: float) -> Message:
        message: Message = json.loads(self._socket.recv(timeout=max(seconds, 0)))
        return message

    def _map(self, script: Message) -> Message:
        """A script's map: inline after a save, else a file, which the inspected process itself reads."""
        if script["sourceMapURL"].startswith("data:"):
            inline: Message = json.loads(base64.b64decode(script["sourceMapURL"].partition("base64,")[2]))
            return inline
        place = f"new URL({json.dumps(script['sourceMapURL'])}, {json.dumps(script['url'])})"
        read = f"process.getBuiltinModule('node:fs').readFileSync({place}, 'utf8')"
        found = self.ask("Runtime.evaluate", expression=read, returnByValue=True)
        text = found["result"].get("value", "{}")
        loaded: Message = json.loads(text) if isinstance(text, str) else {}
        return loaded


def places(source_map: Message, source: str, line: int) -> Iterator[Message]:
    """Where the first code of a source line (from 1) is in the compiled file, lines and columns from 0."""
    sections = source_map.get("sections") or [{"offset": {"line": 0, "column": 0}, "map": source_map}]
    for section in sections:
        part, offset = section["map"], section["offset"]
        wanted = {
            number for number, name in enumerate(part.get("sources", [])) if (name or "").endswith(source)
        }
        if not wanted:
            continue
        for row, column, file, original in _decoded(part["mappings"]):
            if file in wanted and original == line - 1:
                shift = offset["column"] if row == 0 else 0
                yield {"lineNumber": offset["line"] + row, "columnNumber": column + shift}


def _decoded(mappings: str) -> Iterator[tuple[int, int, int, int]]:
    """Compiled line and column, number of the source, line in the source."""
    file = original = 0
    for row, line in enumerate(mappings.split(";")):
        column = 0
        for segment in filter(None, line.split(",")):
            values = list(_numbers(segment))
            column += values[0]
            if len(values) > 3:
                file, original = file + values[1], original + values[2]
                yield row, column, file, original


def _numbers(segment: str) -> Iterator[int]:
    """Base64 VLQ, as in https://tc39.es/ecma426/."""
    value = shift = 0
    for digit in map(_DIGITS.index, segment):
        value += (digit & 31) << shift
        shift += 5
        if not digit & 32:
            yield -(value >> 1) if value & 1 else value >> 1
            value = shift = 0
