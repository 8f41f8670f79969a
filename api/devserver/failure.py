"""What a worker answers while the application can't be started: 500, and the traceback as plain text."""

import importlib
import traceback
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send


@dataclass(frozen=True)
class Failure:
    """`summary` is one line with the file and the line if they are known."""

    summary: str
    text: str


def describe(exc: BaseException, root: Path) -> Failure:
    """The exception as a person at the editor wants it: first the place in their own code."""
    report = traceback.TracebackException.from_exception(exc)
    _without_machinery(report)
    what = list(report.format_exception_only())[-1].partition("\n")[0]
    place = _place(exc, report, root)
    return Failure(f"{place}: {what}" if place else what, "".join(report.format()))


def _without_machinery(report: traceback.TracebackException | None) -> None:
    """Drop the frames of the import system and of this package, from what led to the exception as well."""
    while report:
        shown = [frame for frame in report.stack if not _is_machinery(frame.filename)]
        report.stack = traceback.StackSummary.from_list(shown)
        report = report.__cause__ or report.__context__


def _is_machinery(filename: str) -> bool:
    if filename.startswith("<frozen importlib") or filename == importlib.__file__:
        return True
    return Path(filename).is_relative_to(Path(__file__).parent)


def _place(exc: BaseException, report: traceback.TracebackException, root: Path) -> str:
    """File and line, the innermost of the application's own."""
    places = [(frame.filename, frame.lineno) for frame in report.stack]
    if isinstance(exc, SyntaxError) and exc.filename:
        places.append((exc.filename, exc.lineno))
    own = [(Path(name).relative_to(root), line) for name, line in places if Path(name).is_relative_to(root)]
    return f"{own[-1][0]}, line {own[-1][1]}" if own else ""


class FailureAnswer:
    """The ASGI application that stands in for the broken one.

    The kubelet's probes may be let through: once the pod has been ready, a typo must neither take it out of
    the Service (nobody would see the traceback) nor restart it (it would come back with the image's files).
    """

    def __init__(self, failure: Failure, probes_pass: bool) -> None:
        self._failure = failure
        self._probes_pass = probes_pass

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(self._failure.summary)
        agent = dict(scope["headers"]).get(b"user-agent", b"")
        status = 200 if self._probes_pass and agent.startswith(b"kube-probe/") else 500
        body = f"{self._failure.summary}\n\nMend the file and save: the server tries again.\n\n{self._failure.text}"
        await PlainTextResponse(body, status, {"Cache-Control": "no-store"})(scope, receive, send)
