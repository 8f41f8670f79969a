"""HTTP methods as RFC 9110 has them: HEAD where GET is, OPTIONS everywhere, and an Allow header that is complete.

The router decides route by route, so that its own 405 knows one route's methods only, and a path such as
/tasks/bulk falls to /tasks/{task_id} when its own route has another method.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from re import Pattern
from typing import Any

from fastapi import FastAPI
from fastapi.responses import Response
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount, compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import problem_details, problem_response


@dataclass(frozen=True)
class _Path:
    template: str
    pattern: Pattern[str]
    methods: frozenset[str]
    endpoint: Callable[..., Any] | None


class MethodsMiddleware:
    """Answers OPTIONS and methods that a path does not have; turns HEAD into a GET without a body."""

    def __init__(self, app: ASGIApp, api: FastAPI) -> None:
        self._app = app
        self._api = api
        self._paths: list[_Path] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        matching, method = self._matching(scope["path"]), scope["method"]
        allowed = _methods(matching)
        if not allowed or (method in allowed and method not in ("HEAD", "OPTIONS")):
            await self._app(scope, receive, send)
        elif method == "HEAD" and method in allowed:
            await self._head(scope, receive, send)
        else:
            scope["endpoint"] = matching[0].endpoint  # the metrics count by it
            await _answer(scope, allowed)(scope, receive, send)

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        as_get = {**scope, "method": "GET"}

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(as_get, receive, without_body)
        finally:
            scope["endpoint"] = as_get.get("endpoint")

    def _matching(self, path: str) -> Sequence[_Path]:
        """All routes with this path; of them those that name it literally, if there are any."""
        if self._paths is None:
            self._paths = list(_paths(self._api))
        if path == "*":  # the server as a whole
            return self._paths
        matching = [known for known in self._paths if known.pattern.match(path)]
        return [known for known in matching if known.template == path] or matching


def _answer(scope: Scope, allowed: frozenset[str]) -> Response:
    """To OPTIONS, or to a method that is not there."""
    headers = {"Allow": ", ".join(sorted(allowed))}
    if scope["method"] == "OPTIONS":
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
    detail = "There is no such method here. The header Allow names those that there are."
    return problem_response(problem_details(scope["path"], HTTPStatus.METHOD_NOT_ALLOWED, detail), headers)


def _methods(matching: Sequence[_Path]) -> frozenset[str]:
    """Empty: there is no such path."""
    methods = frozenset[str]().union(*(known.methods for known in matching))
    if "GET" in methods:
        methods |= {"HEAD"}
    return methods | {"OPTIONS"} if methods else methods


def _paths(api: FastAPI) -> Iterable[_Path]:
    for route in iter_route_contexts(api.routes):
        if route.path and route.methods:
            pattern = compile_path(route.path)[0]
            yield _Path(route.path, pattern, frozenset(route.methods), route.endpoint)
    for mount in api.routes:
        if isinstance(mount, Mount):
            yield _Path(mount.path, mount.path_regex, frozenset({"GET"}), None)
