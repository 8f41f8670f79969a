"""The OpenAPI document, with the schemas that routes refer to by name."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.core.errors import ProblemDetails, problems

_BODY_ERRORS = problems(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
_DESCRIPTION = """\
Every error is a problem details object (RFC 9457).

Every path that has GET has HEAD, and every path has OPTIONS, which returns 204 with `Allow`. A method that a path
does not have returns 405 with `Allow`, an unknown path 404.
"""
_REF = "#/components/schemas/{model}"


def install_openapi(app: FastAPI, named: Sequence[type[BaseModel]] = ()) -> None:
    """Build the document once, on the first request for it. `named` are further schemas that it must include."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, named)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI, named: Sequence[type[BaseModel]]) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=_DESCRIPTION,
        routes=app.routes,
    )
    for path in document["paths"].values():
        for operation in path.values():
            if "requestBody" in operation:  # a body that can't be read is refused before the route runs
                errors = {str(status): response for status, response in _BODY_ERRORS.items()}
                operation["responses"] = dict(sorted({**errors, **operation["responses"]}.items()))
    models: list[type[BaseModel]] = [ProblemDetails, *named]
    _, schemas = models_json_schema([(model, "serialization") for model in models], ref_template=_REF)
    document["components"]["schemas"].update(schemas["$defs"])
    return document
