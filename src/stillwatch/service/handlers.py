"""The paths of the service, one function each."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from http import HTTPStatus

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from stillwatch.service import otlp
from stillwatch.service.bodies import read_body, unpacked
from stillwatch.service.deciding import decided
from stillwatch.service.edge import admitted
from stillwatch.service.faults import Fault, invalid
from stillwatch.service.intake import Taken
from stillwatch.service.openapi import document
from stillwatch.service.shapes import Asked, told
from stillwatch.service.state import State

__all__ = ["decide", "exchanges", "health", "logs", "metrics", "openapi", "ready", "traces"]

_SMALL = 65_536
_JSON = ("application/json", "application/x-ndjson", "application/jsonl", "text/plain", "")


async def decide(request: Request) -> Response:
    """`POST /v1/decide`."""
    admitted(request, "decide")
    state = _state(request)
    body = await read_body(request, _SMALL)
    try:
        asked = Asked.model_validate_json(body)
    except ValidationError as error:
        raise invalid(error) from error
    answer = await decided(state, asked.request())
    wait = answer.decision.retry_after
    headers = {} if wait is None else {"Retry-After": str(int(wait.total_seconds()) + 1)}
    return Response(orjson.dumps(told(answer)), headers=headers, media_type="application/json")


async def exchanges(request: Request) -> Response:
    """`POST /v1/exchanges`: JSON of any known format, or OTLP traces or logs in protobuf."""
    taken = await _take(request, None)
    found = {**asdict(taken.added), "rejected": taken.received.rejected}
    found |= {"ignored": taken.received.ignored}
    refused = [asdict(each) for each in taken.received.refused]
    return _json({**found, "refused": refused}, _status(taken))


async def traces(request: Request) -> Response:
    """`POST /v1/traces`, as OTLP exporters send."""
    return await _exported(request, "traces")


async def logs(request: Request) -> Response:
    """`POST /v1/logs`, as OTLP exporters send."""
    return await _exported(request, "logs")


async def health(_request: Request) -> Response:
    """`GET /healthz`: the process answers."""
    return _json({"status": "ok"})


async def ready(request: Request) -> Response:
    """`GET /readyz`: it can do its work; a balancer sends no traffic where it says no."""
    state = _state(request)
    why = _why_not(state)
    status = HTTPStatus.OK if not why else HTTPStatus.SERVICE_UNAVAILABLE
    return _json({"status": "ready" if not why else "not ready", "why": why}, status)


async def metrics(request: Request) -> Response:
    """`GET /metrics`."""
    admitted(request, "read")
    state = _state(request)
    state.metrics.refused.set(state.guard.throttled)
    state.metrics.quotas.set(state.guard.quota_failures)
    if state.intake is not None and state.history is not None:
        state.metrics.waiting.set(state.intake.waiting_bytes)
        state.metrics.held.set(state.history.rows)
        state.metrics.rate.set(state.history.manifest.rate)
    return Response(state.metrics.text(), media_type="text/plain; version=0.0.4")


async def openapi(_request: Request) -> Response:
    """`GET /openapi.json`."""
    return _json(document())


async def _exported(request: Request, signal: str) -> Response:
    packed = _kind(request) == otlp.PROTOBUF
    taken = await _take(request, signal)
    media = otlp.PROTOBUF if packed else "application/json"
    return Response(otlp.answer(signal, taken.received.rejected, packed=packed), media_type=media)


async def _take(request: Request, signal: str | None) -> Taken:
    token = admitted(request, "ingest")
    state = _state(request)
    if state.intake is None or state.closing:
        message = "this node takes no exchanges now; send them to the one that does"
        raise Fault(HTTPStatus.SERVICE_UNAVAILABLE, "takes_none", message, retry_after=5)
    kind = _kind(request)
    if kind not in {*_JSON, otlp.PROTOBUF}:
        message = "send application/json, application/x-ndjson or application/x-protobuf (OTLP)"
        raise Fault(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unknown_media_type", message)
    limit = state.settings.serve.body_mib << 20
    encoding = request.headers.get("content-encoding", "")
    with state.intake.place(token.token_id) as place:
        body = await read_body(request, limit, place.resize)
        # On a thread: what takes long must not hold up who asks for a decision.
        body = await asyncio.to_thread(_opened, body, encoding, kind, signal, limit)
        if not body.strip():
            message = "the body is empty; send at least one exchange"
            raise Fault(HTTPStatus.BAD_REQUEST, "empty_body", message)
        place.resize(len(body))
        taken = await state.intake.keep(body)
    for outcome, count in asdict(taken.added).items():
        state.metrics.exchanges.labels(outcome).inc(count)
    state.metrics.exchanges.labels("rejected").inc(taken.received.rejected)
    if state.traces is not None:
        state.traces.took({**asdict(taken.added), "rejected": taken.received.rejected})
    return taken


def _opened(body: bytes, encoding: str, kind: str, signal: str | None, limit: int) -> bytes:
    plain = unpacked(body, encoding, limit)
    return otlp.document(plain, signal) if kind == otlp.PROTOBUF else plain


def _status(taken: Taken) -> HTTPStatus:
    """400 where nothing could be read: sending it again would not help."""
    found = taken.received
    return HTTPStatus.OK if found.accepted or not found.rejected else HTTPStatus.BAD_REQUEST


def _why_not(state: State) -> list[str]:
    why = []
    if state.closing:
        why.append("it is shutting down")
    if state.intake is not None and not state.intake.warm.done():
        why.append("it is warming up")
    if state.intake is not None and state.intake.failed:
        why.append("exchanges cannot be written")
    last = state.assessor.last if state.assessor is not None else {}
    if "heard" in last and time.time() - last["heard"] > state.settings.serve.lag_seconds:
        why.append("the newest assessment is too old")
    return why


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _state(request: Request) -> State:
    found: State = request.app.state.service
    return found


def _json(value: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")
