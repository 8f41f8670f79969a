"""Puts the application together. Reads no environment and opens no connection: the caller does both."""

from http import HTTPStatus

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.auth.hashing import HashingQueue
from app.auth.keys import KeyRing
from app.chat.service import Assistant
from app.collectors import make_registry
from app.core.body import BodyLimitMiddleware
from app.core.config import MAX_BODY_BYTES, MAX_BODY_SECONDS, Settings
from app.core.db.database import Database
from app.core.docs import DOCS_PATH, install_docs
from app.core.errors import install_error_handlers, problems
from app.core.methods import MethodsMiddleware
from app.core.metrics.requests import HttpMetrics, MetricsMiddleware, Routes
from app.core.middleware import RequestMiddleware
from app.core.openapi import install_openapi
from app.core.shutdown import ConnectionCloseWhileDraining
from app.health.router import PROBED
from app.lifespan import lifespan
from app.routes import NAMED_SCHEMAS, install_routes


def create_app(settings: Settings) -> FastAPI:
    """The application, ready to be served."""
    api = FastAPI(
        title="Todo API",
        version="1.0.0",
        summary="Tasks with priorities, due dates and tags, and an assistant that works on them.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        responses=problems(HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE),
        generate_unique_id_function=_operation_id,
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )
    api.state.settings = settings
    api.state.database = Database(settings.database, f"todo-api {settings.pod}")
    api.state.keys = KeyRing(settings, api.state.database)
    api.state.hashing = HashingQueue()
    api.state.assistant = Assistant(settings, api.state.database, api.state.keys)
    api.state.metrics = make_registry(api.state.database, api.state.assistant)
    install_error_handlers(api)
    install_docs(api)
    install_openapi(api, NAMED_SCHEMAS)
    install_routes(api)
    api.add_middleware(MethodsMiddleware, api=api)
    api.add_middleware(BodyLimitMiddleware, limit=MAX_BODY_BYTES, seconds=MAX_BODY_SECONDS)
    api.add_middleware(RequestMiddleware, pod=settings.pod, probed=PROBED | {DOCS_PATH})
    api.add_middleware(MetricsMiddleware, metrics=HttpMetrics(api.state.metrics), routes=_templates(api))
    api.add_middleware(ConnectionCloseWhileDraining)  # the last one added is the outermost
    return api


def _templates(api: FastAPI) -> Routes:
    """Each endpoint's path with its prefix; the route that the router finds lacks the prefix."""
    contexts = iter_route_contexts(api.routes)
    return {found.endpoint: found.path for found in contexts if found.endpoint and found.path}


def _operation_id(route: APIRoute) -> str:
    """The function's name, which generated clients use for the operation."""
    return route.name
