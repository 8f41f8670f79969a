"""Simulates Groq's failures on request: by a word in the message (`add milk @500`) or by the switch (POST /control).

`NAMExN` fails only the first N times, counted per message (word) or since it was set (switch).
"""

import re
import threading

KNOWN = {
    "401": "the key is refused",
    "429": "rate limit, retry after 7 s",
    "429-soon": "rate limit, retry after 1 s",
    "500": "internal server error",
    "503": "overloaded",
    "echo": "a refusal whose text repeats the key",
    "slow": "no answer at all",
    "drip": "a slow answer: three words a second",
    "cut": "the connection breaks in mid-stream",
    "garbled": "the stream is no JSON",
    "stream-error": "an error in mid-stream",
    "tool_use_failed": "400: the call did not fit its schema",
    "tool_use_failed-midstream": "the same, in mid-stream",
    "tool_use_failed-unparsable": "400: the call was no JSON",
    "tool_use_failed-text": "400: prose instead of a call",
    "badjson": "a call whose arguments are no JSON",
    "bad-arguments": "a call whose arguments make no sense",
    "unknown-tool": "a call to a tool that is not there",
    "foreign-id": "a call with ids that nobody has",
    "delete-all": "a call that deletes all that it has seen",
    "batches": "changes to everything, five tasks at a time",
    "parallel": "several calls in one reply",
    "loop": "the same call, indefinitely",
    "loop-changes": "new tasks, indefinitely",
    "none-called": "calls indefinitely, then 400: a call although none was allowed",
    "empty": "a reply with nothing in it",
    "gullible": "obeys what stands in a task",
}
_WORD = re.compile(r"(?<!\S)@(" + "|".join(sorted(KNOWN, key=len, reverse=True)) + r")(?:x(\d+))?(?!\S)")


class Faults:
    """The switch, and how often each fault has occurred."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._switch = ""
        self._struck: dict[str, int] = {}

    @property
    def switch(self) -> str:
        return self._switch

    def set(self, fault: str) -> None:
        """Set the fault, or none with `""`. Raises ValueError for an unknown one."""
        if fault and not _WORD.fullmatch(f"@{fault}"):
            raise ValueError(f"no such fault: {fault[:50]}")
        with self._lock:
            self._switch = fault
            self._struck.clear()

    def strike(self, text: str) -> str:
        """The fault for a request whose last message is `text`, or ""."""
        for source, key in ((self._switch, "switch"), (text, text)):
            match = _WORD.search(f"@{source}" if key == "switch" and source else source)
            if match and self._counts(match, key):
                return match[1]
        return ""

    def _counts(self, match: "re.Match[str]", key: str) -> bool:
        if match[2] is None:
            return True
        with self._lock:
            if len(self._struck) > 1000:
                self._struck.clear()
            struck = self._struck.get(key, 0)
            self._struck[key] = struck + 1
        return struck < int(match[2])


def without_words(text: str) -> str:
    return _WORD.sub(" ", text).strip()
