"""Errors as RFC 9457 problem details. Never in one: the caller's input, SQL, internal messages."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from app.core import context
from app.core.db.patience import DATABASE_DOWN, took_too_long

RETRY_AFTER_SECONDS = 3
INTERNAL_ERROR = "Something went wrong on our side. The error has been logged."
# Renamed by RFC 9110; Python follows from 3.13 on, and the answers must not depend on its version.
_RENAMED = {413: "Content Too Large", 422: "Unprocessable Content"}
log = logging.getLogger("app.errors")


class FieldError(BaseModel):
    """What is wrong with one part of the request."""

    loc: list[str | int]
    msg: str
    type: str


class ProblemDetails(BaseModel):
    """The body of every error."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldError] | None = None


class Problem(HTTPException):
    """An error that the caller may read. `kind` names it for programs; without one the status is enough.

    `extra` are members of the problem object, ready for JSON.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        kind: str = "",
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, detail, headers)
        self.kind = kind
        self.extra = extra or {}
        self.type = f"urn:todo:problem:{kind}" if kind else "about:blank"


def phrase(status: int) -> str:
    return _RENAMED.get(status) or HTTPStatus(status).phrase


def not_found(what: str) -> Problem:
    """The same answer for an unknown id and for one that belongs to another account."""
    return Problem(HTTPStatus.NOT_FOUND, f"There is no such {what}.")


def database_problem(error: BaseException) -> Problem:
    """For one of DATABASE_DOWN."""
    kind, detail = "database-unavailable", "The database cannot be reached at the moment. Try again shortly."
    if took_too_long(error):
        kind, detail = "took-too-long", "This took too long and was stopped. Try again shortly."
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, kind=kind, headers=headers)


def unauthorized(detail: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": "Bearer"})


def problem_details(
    path: str,
    status: int,
    detail: str,
    *,
    type_: str = "about:blank",
    errors: Sequence[FieldError] | None = None,
) -> ProblemDetails:
    """The body of an error in answer to the request at `path`."""
    request = context.current.get()
    return ProblemDetails(
        type=type_,
        title=phrase(status),
        status=status,
        detail=detail,
        instance=path,
        request_id=request.request_id if request else "",
        errors=list(errors) if errors is not None else None,
    )


def problem_response(
    details: ProblemDetails,
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> JSONResponse:
    body = details.model_dump(exclude_none=True) | dict(extra or {})
    return JSONResponse(body, details.status, headers, media_type="application/problem+json")


NOT_JSON = Problem(
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "The body must be JSON, with the header Content-Type: application/json.",
    headers={"Accept": "application/json"},
)


def _is_json(request: Request) -> bool:
    """Whether the header says so: a body of another type was not parsed."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json") or not _has_body(request)


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


async def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - narrows the type that the registration below promises
    type_ = getattr(error, "type", "about:blank")
    details = problem_details(request.scope["path"], error.status_code, str(error.detail), type_=type_)
    return problem_response(details, error.headers, getattr(error, "extra", None))


async def _on_invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    if any(tuple(entry["loc"]) == ("body",) for entry in error.errors()) and not _is_json(request):
        return await _on_http_error(request, NOT_JSON)
    errors = [_field_error(entry) for entry in error.errors()]
    detail = "The request is not valid: see errors."
    return problem_response(problem_details(request.scope["path"], 422, detail, errors=errors))


def _field_error(entry: dict[str, Any]) -> FieldError:
    """What pydantic appends after a comma may quote the input, so the message ends there."""
    message, kind = str(entry["msg"]), str(entry["type"])
    if kind == "value_error":
        message = message.removeprefix("Value error, ")
    elif "error" in (entry.get("ctx") or {}):
        message = message.partition(",")[0]
    # The last part of an unknown field's location is its name, which is the caller's text.
    loc = list(entry["loc"])[: -1 if kind == "extra_forbidden" else None]
    return FieldError(loc=loc, msg=message, type=kind)


async def _on_database_down(request: Request, error: Exception) -> JSONResponse:
    cause = error.orig if isinstance(error, DBAPIError) else error
    problem = database_problem(error)
    log.warning("%s: %s: %s", problem.kind, type(cause).__name__, str(cause).partition("\n")[0])
    return await _on_http_error(request, problem)


def install_error_handlers(app: FastAPI) -> None:
    """All errors of the application pass here, except unforeseen ones: the outermost middleware handles those."""
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    for database_down in DATABASE_DOWN:
        app.add_exception_handler(database_down, _on_database_down)


def problems(
    *statuses: HTTPStatus, model: type[ProblemDetails] = ProblemDetails
) -> dict[int | str, dict[str, Any]]:
    """The `responses` entry of a route for these errors; `core.openapi` supplies the schema, `app.routes` others."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    content = {"application/problem+json": {"schema": schema}}
    return {int(status): {"description": phrase(status), "content": content} for status in statuses}
