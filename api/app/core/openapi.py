"""The OpenAPI document, with the schemas that routes refer to by name."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.core.errors import ProblemDetails

_REF = "#/components/schemas/{model}"


def install_openapi(app: FastAPI, named: Sequence[type[BaseModel]] = ()) -> None:
    """Build the document once, on the first request for it. `named` are further schemas that it must include."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, named)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI, named: Sequence[type[BaseModel]]) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    models: list[type[BaseModel]] = [ProblemDetails, *named]
    _, schemas = models_json_schema([(model, "serialization") for model in models], ref_template=_REF)
    document["components"]["schemas"].update(schemas["$defs"])
    return document
