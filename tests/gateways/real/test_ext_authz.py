"""Envoy's protocol, spoken by a client that is generated from Envoy's own definitions.

There is no Envoy among Debian's packages; what is checked is the wire, not the proxy.
"""

from __future__ import annotations

import asyncio

import around as real
import grpc
import pytest
from envoy.service.auth.v3.external_auth_pb2 import CheckRequest, CheckResponse
from envoy.service.auth.v3.external_auth_pb2_grpc import AuthorizationStub

from stillwatch.gateways.ask import OverHttp
from stillwatch.gateways.ext_authz import serve

pytestmark = pytest.mark.gateway


def _request(account: str, *, by_route: bool = False) -> CheckRequest:
    made = CheckRequest()
    if by_route:
        made.attributes.context_extensions["account"] = account
    elif account:
        made.attributes.request.http.headers["x-account-id"] = account
    return made


def _checked(around: real.Around, *requests: CheckRequest) -> list[CheckResponse]:
    async def all_of_them() -> list[CheckResponse]:
        at = f"127.0.0.1:{real.port()}"
        asks = OverHttp(around.service, around.token, timeout=5)
        server = asyncio.create_task(serve(at, asks))
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
