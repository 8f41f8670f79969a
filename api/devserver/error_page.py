"""A worker's answer while the application cannot start: 500 with the traceback as plain text."""

import importlib
import traceback
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send


@dataclass(frozen=True)
class ErrorReport:
    """Why the application does not run. `summary` is one line, with file and line number if they are known."""

    summary: str
    text: str


def describe(exc: BaseException, root: Path) -> ErrorReport:
    """The exception for a developer, with the place in their own code first."""
    trace = traceback.TracebackException.from_exception(exc)
    _without_machinery(trace)
    what = list(trace.format_exception_only())[-1].partition("\n")[0]
    place = _place(exc, trace, root)
    return ErrorReport(f"{place}: {what}" if place else what, "".join(trace.format()))


def _without_machinery(trace: traceback.TracebackException | None) -> None:
    """Drop the frames of the import system and of this package, also from the exception's causes."""
    while trace:
        shown = [frame for frame in trace.stack if not _is_machinery(frame.filename)]
        trace.stack = traceback.StackSummary.from_list(shown)
        trace = trace.__cause__ or trace.__context__


def _is_machinery(filename: str) -> bool:
    if filename.startswith("<frozen importlib") or filename == importlib.__file__:
        return True
    return Path(filename).is_relative_to(Path(__file__).parent)


def _place(exc: BaseException, trace: traceback.TracebackException, root: Path) -> str:
    """The innermost file and line of the application's own code."""
    places = [(frame.filename, frame.lineno) for frame in trace.stack]
    if isinstance(exc, SyntaxError) and exc.filename:
        places.append((exc.filename, exc.lineno))
    own = [(Path(name).relative_to(root), line) for name, line in places if Path(name).is_relative_to(root)]
    return f"{own[-1][0]}, line {own[-1][1]}" if own else ""


class ErrorPage:
    """The ASGI application that replaces the broken one.

    It may answer the kubelet's probes with 200. Once the pod has been ready, a typo must neither remove it from the
    Service (no one would see the traceback) nor restart it (it would come back with the image's files).
    """

    def __init__(self, report: ErrorReport, probes_pass: bool) -> None:
        self._report = report
        self._probes_pass = probes_pass

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(self._report.summary)
        agent = dict(scope["headers"]).get(b"user-agent", b"")
        status = 200 if self._probes_pass and agent.startswith(b"kube-probe/") else 500
        body = f"{self._report.summary}\n\nFix the file and save it: the server tries again.\n\n{self._report.text}"
        await PlainTextResponse(body, status, {"Cache-Control": "no-store"})(scope, receive, send)
