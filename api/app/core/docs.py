"""The Swagger page, with its assets from an installed package: a locked-down network has no CDN.

The page is /docs, which Kubernetes probes many times a minute: it is rendered once.
"""

import importlib.util
from pathlib import Path

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

DOCS_PATH = "/docs"
_ASSETS = "/docs-assets"


def install_docs(app: FastAPI) -> None:
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title=f"{app.title}: try it",
        swagger_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{_ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{_ASSETS}/favicon.png",
    )

    async def docs() -> HTMLResponse:
        return HTMLResponse(page.body)

    app.add_api_route(DOCS_PATH, docs, include_in_schema=False)
    app.mount(_ASSETS, StaticFiles(directory=_asset_folder()))


def _asset_folder() -> Path:
    """Found without importing the package: only its files are needed."""
    package = importlib.util.find_spec("fastapi_offline")
    if package is None or package.origin is None:
        raise RuntimeError("fastapi-offline is not installed; install requirements.txt")
    return Path(package.origin).parent / "static"
