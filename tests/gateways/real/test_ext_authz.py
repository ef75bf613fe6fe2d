"""Envoy's protocol, spoken by a client that is generated from Envoy's own definitions.

There is no Envoy among Debian's packages; what is checked is the wire, not the proxy.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import around as real
import grpc
import pytest
from envoy.service.auth.v3.external_auth_pb2 import CheckRequest, CheckResponse
from envoy.service.auth.v3.external_auth_pb2_grpc import AuthorizationStub

from stillwatch.gateways.ask import OverHttp
from stillwatch.gateways.ext_authz import serve
from stillwatch.pipeline.guard.bodies import Bodies
from stillwatch.protect.binding import Binding
from stillwatch.protect.messages import Asker, seal_answer

BINDING = Binding(b"k" * 32, mode="reject")
pytestmark = pytest.mark.gateway


def _request(account: str, *, by_route: bool = False) -> CheckRequest:
    made = CheckRequest()
    if by_route:
        made.attributes.context_extensions["account"] = account
    elif account:
        made.attributes.request.http.headers["x-account-id"] = account
    return made


def _checked(
    around: real.Around, *requests: CheckRequest, bodies: Bodies | None = None
) -> list[CheckResponse]:
    async def all_of_them() -> list[CheckResponse]:
        at = f"127.0.0.1:{real.port()}"
        asks = OverHttp(around.service, around.token, timeout=5)
        server = asyncio.create_task(serve(at, asks, bodies))
        async with grpc.aio.insecure_channel(at) as channel:
            stub = AuthorizationStub(channel)
            found = [await stub.Check(r, wait_for_ready=True, timeout=20) for r in requests]
        server.cancel()
        await asyncio.gather(server, return_exceptions=True)
        await asks.close()
        return found

    return asyncio.run(all_of_them())


def test_envoy_is_told_to_pass_with_what_the_upstream_should_know(around: real.Around) -> None:
    nobody, capped, routed = _checked(
        around, _request(""), _request("capped"), _request("capped", by_route=True)
    )
    assert nobody.status.code == 0
    for each in (capped, routed):
        told = {h.header.key: h.header.value for h in each.ok_response.headers}
        assert told["x-stillwatch-action"] == "cap_tokens"
        assert told["x-stillwatch-max-output-tokens"] == "64"


def test_envoy_is_told_to_refuse_with_a_status_and_a_time(around: real.Around) -> None:
    first, second = _checked(around, _request("throttled"), _request("throttled"))
    assert first.status.code == 0
    assert second.denied_response.status.code == 429
    told = {h.header.key: h.header.value for h in second.denied_response.headers}
    assert int(told["retry-after"]) > 0
    assert "decision_id" in second.denied_response.body


def _block(house: str) -> bytes:
    """A request that presents a block which was issued to an organisation."""
    asker = Asker(organization_id=house, account_id="x", family="m")
    asked = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
    thinking = {"type": "thinking", "thinking": "", "signature": "raw"}
    answer = {"role": "assistant", "content": [thinking, {"type": "text", "text": "hi"}]}
    sealed, _ = seal_answer(answer, asked, asker, BINDING, at=datetime.now(UTC))
    return json.dumps({**asked, "messages": [*asked["messages"], sealed]}).encode()


def test_a_body_that_envoy_sends_along_is_checked_and_refused(around: real.Around) -> None:
    own, other = _request("acme.1"), _request("other.1")
    for each, house in ((own, "acme"), (other, "other")):
        each.attributes.request.http.headers["x-organization-id"] = house
        each.attributes.request.http.raw_body = _block("acme")
    cut = _request("other.1")
    cut.attributes.request.http.raw_body = _block("acme")[:40]
    bodies = Bodies(binding=BINDING)
    passed, denied, unread = _checked(around, own, other, cut, bodies=bodies)
    assert passed.status.code == 0
    assert denied.denied_response.status.code == 400
    assert "belongs to another conversation" in denied.denied_response.body
    assert unread.status.code == 0
