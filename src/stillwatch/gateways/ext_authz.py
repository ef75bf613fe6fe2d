"""Envoy's external authorisation over gRPC (`envoy.service.auth.v3`).

The account is the context extension `account` of the route, else the header that the edge wrote;
so is the organisation. Where Envoy is told to send the body (`with_request_body`), it is checked
too (`pipeline.guard.bodies`): the request can be refused, its body cannot be changed. Envoy's own
`failure_mode_allow` says what happens where nothing answers at all.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

import grpc
import orjson
from envoy.config.core.v3.base_pb2 import HeaderValue, HeaderValueOption
from envoy.service.auth.v3.attribute_context_pb2 import AttributeContext
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

from stillwatch.gateways.ask import MISPLACED, Asks, Verdict, configured, refusal
from stillwatch.pipeline.guard.bodies import Bodies, configured_bodies
from stillwatch.protect.seen import NOTHING_SEEN

__all__ = ["Authorization", "serve"]


class Authorization(AuthorizationServicer):  # type: ignore[misc] # generated, without types
    """Answers Envoy's checks."""

    def __init__(
        self,
        asks: Asks,
        *,
        header: str = "x-account-id",
        organization: str = "x-organization-id",
        bodies: Bodies | None = None,
    ) -> None:
        self._asks = asks
        self._header = header.lower()
        self._organization = organization.lower()
        self._bodies = bodies or Bodies()

    async def Check(  # noqa: N802 - gRPC's name
        self, request: CheckRequest, _context: grpc.aio.ServicerContext[CheckRequest, CheckResponse]
    ) -> CheckResponse:
        """One request; `delay` is waited for here."""
        attributes = request.attributes
        account = self._named(attributes, "account", self._header)
        if not account:
            return _passed(Verdict())
        owner = self._named(attributes, "organization", self._organization)
        looked = None
        if self._bodies.active and (asked := _document(attributes.request.http)) is not None:
            looked = self._bodies.look(asked, account_id=account, organization_id=owner)
        seen = NOTHING_SEEN if looked is None else looked.seen
        verdict = await self._asks.ask(account, organization_id=owner, seen=seen)
        if verdict.status is None and looked is not None and looked.refuse:
            verdict = MISPLACED
        if verdict.status is not None:
            return _denied(verdict)
        if verdict.delay:
            await asyncio.sleep(verdict.delay)
        return _passed(verdict)

    def _named(self, attributes: AttributeContext, extension: str, header: str) -> str | None:
        found = attributes.context_extensions.get(extension)
        named: str | None = found or attributes.request.http.headers.get(header)
        return named


def _document(http: AttributeContext.HttpRequest) -> dict[str, Any] | None:
    try:
        told = orjson.loads(http.raw_body or http.body or b"null")
    except orjson.JSONDecodeError:
        return None  # none, cut by Envoy, or no JSON
    return told if isinstance(told, dict) else None


async def serve(
    listen: str = "127.0.0.1:8601", asks: Asks | None = None, bodies: Bodies | None = None
) -> None:
    """Serve until cancelled."""
    server = grpc.aio.server()
    answers = Authorization(
        asks or configured(),
        header=os.environ.get("STILLWATCH_ACCOUNT_HEADER", "x-account-id"),
        organization=os.environ.get("STILLWATCH_ORGANIZATION_HEADER", "x-organization-id"),
        bodies=bodies or configured_bodies(),
    )
    add_AuthorizationServicer_to_server(answers, server)
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
