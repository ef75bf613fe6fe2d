"""The application: paths, the edge around them, and an orderly end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp

from stillwatch.service import compatible, handlers, reviewing
from stillwatch.service.edge import Edge, answered
from stillwatch.service.faults import Fault
from stillwatch.service.logs import event
from stillwatch.service.sources.base import Source, drain
from stillwatch.service.state import State

__all__ = ["PATHS", "application"]

PATHS = {
    "/v1/decide": ("POST", handlers.decide),
    "/v1/exchanges": ("POST", handlers.exchanges),
    "/v1/traces": ("POST", handlers.traces),
    "/v1/logs": ("POST", handlers.logs),
    "/authz": ("GET POST", compatible.authz),
    "/beta/litellm_basic_guardrail_api": ("POST", compatible.generic_guardrail),
    "/v1/review": ("GET", reviewing.listed),
    "/v1/review/vote": ("POST", reviewing.vote),
    "/v1/review/appeal": ("POST", reviewing.appeal),
    "/v1/review/undo": ("POST", reviewing.undo),
    "/v1/review/clear": ("POST", reviewing.clear),
    "/healthz": ("GET", handlers.health),
    "/readyz": ("GET", handlers.ready),
    "/metrics": ("GET", handlers.metrics),
    "/openapi.json": ("GET", handlers.openapi),
}
"""Methods and handler by path."""
_REFRESH = 0.5  # seconds until a new or revoked token counts


def application(state: State, sources: Sequence[Source] = ()) -> ASGIApp:
    """The service over its state; closes the state when the server ends.

    Args:
        state: What the handlers share.
        sources: Streams that are drained beside HTTP.
    """

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_refresh(state))]
        tasks += [asyncio.create_task(drain(source, state)) for source in sources]
        event("started")
        yield
        state.closing = True
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(_close, state)
        event("ended")

    routes = [
        Route(path, handler, methods=methods.split()) for path, (methods, handler) in PATHS.items()
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={Fault: answered, HTTPException: answered, Exception: answered},
    )
    app.state.service = state
    return Edge(app, state, frozenset(PATHS))


async def _refresh(state: State) -> None:
    while True:
        try:
            await asyncio.to_thread(state.tokens.refresh)
        except Exception as fault:  # noqa: BLE001 - whatever failed once, tokens are read again
            event("tokens cannot be read", fault=type(fault).__name__)
        await asyncio.sleep(_REFRESH)


def _close(state: State) -> None:
    for stop in state.stops:
        stop()
    if state.intake is not None:
        state.intake.close()
    if state.assessor is not None:
        state.assessor.close()
    if state.history is not None:
        state.history.close()
    if state.traces is not None:
        state.traces.close()
