"""The OpenAPI document. `python -m app.openapi > openapi.json` writes the copy for generated clients."""

import json
import sys
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from app.chat.schemas import ChatEvents
from app.core.errors import ProblemDetails

_REF = "#/components/schemas/{model}"


def install_openapi(app: FastAPI) -> None:
    """Make the document once, on the first request for it, with the schemas that routes refer to by name."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    _, named = models_json_schema(
        [(ProblemDetails, "serialization"), (ChatEvents, "serialization")], ref_template=_REF
    )
    document["components"]["schemas"].update(named["$defs"])
    return document


def main() -> None:
    from app.core.config import Settings
    from app.factory import create_app

    nowhere = Settings.model_validate({"database_url": "postgresql://nobody@localhost/none"})
    json.dump(create_app(nowhere).openapi(), sys.stdout, indent=2, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
