"""Envoy's external authorisation over gRPC (`envoy.service.auth.v3`).

The account is the context extension `account` of the route, else the header that the edge wrote.
Envoy's own `failure_mode_allow` says what happens where nothing answers at all.
"""

from __future__ import annotations

import asyncio
import os

import grpc
import orjson
from envoy.config.core.v3.base_pb2 import HeaderValue, HeaderValueOption
from envoy.service.auth.v3.external_auth_pb2 import (
    CheckRequest,
    CheckResponse,
    DeniedHttpResponse,
    OkHttpResponse,
)
from envoy.service.auth.v3.external_auth_pb2_grpc import (
    AuthorizationServicer,
    add_AuthorizationServicer_to_server,
)
from envoy.type.v3.http_status_pb2 import HttpStatus
from google.rpc import code_pb2, status_pb2

from stillwatch.gateways.ask import Asks, Verdict, configured, refusal

__all__ = ["Authorization", "serve"]


class Authorization(AuthorizationServicer):  # type: ignore[misc] # generated, without types
    """Answers Envoy's checks."""

    def __init__(self, asks: Asks, *, header: str = "x-account-id") -> None:
        self._asks = asks
        self._header = header.lower()

    async def Check(  # noqa: N802 - gRPC's name
        self, request: CheckRequest, _context: grpc.aio.ServicerContext[CheckRequest, CheckResponse]
    ) -> CheckResponse:
        """One request; `delay` is waited for here."""
        attributes = request.attributes
        account = attributes.context_extensions.get(
            "account"
        ) or attributes.request.http.headers.get(self._header)
        if not account:
            return _passed(Verdict())
        verdict = await self._asks.ask(account)
        if verdict.status is not None:
            return _denied(verdict)
        if verdict.delay:
            await asyncio.sleep(verdict.delay)
        return _passed(verdict)


async def serve(listen: str = "127.0.0.1:8601", asks: Asks | None = None) -> None:
    """Serve until cancelled."""
    server = grpc.aio.server()
    header = os.environ.get("STILLWATCH_ACCOUNT_HEADER", "x-account-id")
    add_AuthorizationServicer_to_server(Authorization(asks or configured(), header=header), server)
    server.add_insecure_port(listen)
    await server.start()
    try:
        await server.wait_for_termination()
    finally:
        await server.stop(grace=5)


def _passed(verdict: Verdict) -> CheckResponse:
    told = {
        "x-stillwatch-action": verdict.action,
        "x-stillwatch-decision": verdict.decision_id,
        "x-stillwatch-reasoning": verdict.reasoning,
    }
    if verdict.max_output_tokens is not None:
        told["x-stillwatch-max-output-tokens"] = str(verdict.max_output_tokens)
    ok = OkHttpResponse(headers=[_header(k, v) for k, v in told.items() if v])
    return CheckResponse(status=status_pb2.Status(code=code_pb2.OK), ok_response=ok)


def _denied(verdict: Verdict) -> CheckResponse:
    headers = [_header("content-type", "application/json")]
    if verdict.retry_after is not None:
        headers.append(_header("retry-after", str(int(verdict.retry_after) + 1)))
    denied = DeniedHttpResponse(
        status=HttpStatus(code=verdict.status),
        headers=headers,
        body=orjson.dumps(refusal(verdict)).decode(),
    )
    status = status_pb2.Status(code=code_pb2.PERMISSION_DENIED)
    return CheckResponse(status=status, denied_response=denied)


def _header(name: str, value: str) -> HeaderValueOption:
    overwrite = HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD
    return HeaderValueOption(header=HeaderValue(key=name, value=value), append_action=overwrite)
