"""The edge of the service: who asks, how fast, what it took; nobody sees a traceback."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stillwatch.respond.actions import Effect
from stillwatch.service.faults import Fault, reply
from stillwatch.service.logs import LOG, event
from stillwatch.service.state import State
from stillwatch.service.tokens import Token

__all__ = ["Edge", "admitted", "answered"]

_OURS = re.compile(r"^[A-Za-z0-9_.-]{1,64}$")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/v1/decide", "/authz"})


class Edge:
    """Wraps the application: request ids, log lines, metrics, and faults as answers."""

    def __init__(self, app: ASGIApp, state: State, paths: frozenset[str]) -> None:
        self._app = app
        self._state = state
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        request_id = scope["stillwatch.request"] = _identity(scope)
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", request_id.encode()))
            await send(message)

        try:
            await self._traced(scope, receive, sending, lambda: status)
        except Exception:
            if not status:
                raise
        finally:
            self._note(scope, status, time.perf_counter() - begun, request_id)

    async def _traced(
        self, scope: Scope, receive: Receive, send: Send, status: Callable[[], int]
    ) -> None:
        traces = self._state.traces
        if traces is None:
            await self._app(scope, receive, send)
            return
        parent = Headers(scope=scope).get("traceparent", "")
        with traces.request(scope["method"], self._path(scope), parent) as span:
            try:
                await self._app(scope, receive, send)
            finally:
                traces.answered(span, status())

    def _path(self, scope: Scope) -> str:
        return scope["path"] if scope["path"] in self._paths else "(other)"

    def _note(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        path = self._path(scope)
        metrics = self._state.metrics
        metrics.requests.labels(path, status).inc()
        metrics.seconds.labels(path).observe(seconds)
        token = scope.get("stillwatch.token", "")
        if path not in _QUIET or status >= HTTPStatus.BAD_REQUEST:
            event(
                "request", request_id=request_id, method=scope["method"][:8], path=path,
                status=status, milliseconds=round(seconds * 1e3, 3), token=token,
            )  # fmt: skip


async def answered(request: Request, error: Exception) -> Response:
    """What a client gets instead of what went wrong."""
    request_id: str = request.scope["stillwatch.request"]
    if isinstance(error, Fault):
        return reply(error, request_id)
    if isinstance(error, HTTPException):
        return reply(_of_framework(error), request_id)
    LOG.error("a request failed", exc_info=error, extra={"fields": {"request_id": request_id}})
    message = f"the service failed; its log tells why under request {request_id}"
    return reply(Fault(HTTPStatus.INTERNAL_SERVER_ERROR, "failed", message), request_id)


def admitted(request: Request, scope_wanted: str) -> Token:
    """The token of a request, if it may do what it asks for.

    Raises:
        Fault: No token, one that does not count, one without the scope, or one that asks too fast.
    """
    state: State = request.app.state.service
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not text:
        message = "send a token: 'Authorization: Bearer sw_…' (`stillwatch token create` makes one)"
        raise Fault(HTTPStatus.UNAUTHORIZED, "no_token", message)
    token = state.tokens.check(text.strip(), datetime.now(UTC))
    if token is None:
        message = "the token is not known, has expired or was revoked"
        raise Fault(HTTPStatus.UNAUTHORIZED, "bad_token", message)
    request.scope["stillwatch.token"] = token.token_id
    if scope_wanted not in token.scopes:
        message = f"the token may not do this; it needs the scope '{scope_wanted}'"
        raise Fault(HTTPStatus.FORBIDDEN, "no_scope", message)
    rate = state.settings.serve.requests_per_second
    allowed = Effect(requests_per_minute=60.0 * rate, burst=2 * rate)
    wait = state.clients.take(token.token_id, allowed, now=time.monotonic())
    if wait is not None:
        message = f"a token may ask {rate:,} times a second; slow down"
        raise Fault(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", message, retry_after=1)
    return token


def _identity(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _OURS.match(given) else secrets.token_hex(8)


def _of_framework(error: HTTPException) -> Fault:
    status = HTTPStatus(error.status_code)
    words = {
        HTTPStatus.NOT_FOUND: "there is nothing at this path; /openapi.json lists what there is",
        HTTPStatus.METHOD_NOT_ALLOWED: "this path does not know that method",
    }
    return Fault(status, status.phrase.lower().replace(" ", "_"), words.get(status, status.phrase))
