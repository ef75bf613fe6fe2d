"""The ASGI middleware before a real Starlette application."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
import upstream
from deciding import Fixed
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stillwatch.gateways.asgi import Stillwatch
from stillwatch.gateways.ask import OverHttp, Verdict

ASKS = Fixed(
    throttled=Verdict(status=429, message="slow down", retry_after=2.5, decision_id="d-1"),
    capped=Verdict(max_output_tokens=64, reasoning="summary", action="cap_tokens"),
    shaped=Verdict(reasoning="none", action="protect_output"),
)


class Client:
    """Posts to the application under the middleware, and knows what the model was asked."""

    def __init__(self, app: Starlette, asked: list[dict[str, object]]) -> None:
        self._app = app
        self.asked = asked

    def post(self, path: str, *, json: object, headers: dict[str, str]) -> httpx.Response:
        """One request."""

        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                return await client.post(path, json=json, headers=headers)

        return asyncio.run(one())


@pytest.fixture
def client() -> Client:
    asked: list[dict[str, object]] = []

    async def model(request: Request) -> Response:
        body = await request.json()
        asked.append(body)
        kind, data = upstream.answer(request.url.path, body)
        return Response(data, media_type=kind)

    app = Starlette(routes=[Route(path, model, methods=["POST"]) for path in upstream.ANSWERS])
    app.add_middleware(GZipMiddleware, minimum_size=1)
    app.add_middleware(Stillwatch, asks=ASKS)
    return Client(app, asked)


@pytest.mark.parametrize("path", list(upstream.ANSWERS))
@pytest.mark.parametrize("stream", [False, True])
def test_others_get_the_answer_byte_for_byte(client: Client, path: str, *, stream: bool) -> None:
    for headers in ({}, {"x-account-id": "somebody"}):
        told = client.post(path, json={"stream": stream}, headers=headers)
        assert told.content == upstream.answer(path, {"stream": stream})[1]


def test_a_refused_request_does_not_reach_the_model(client: Client) -> None:
    told = client.post("/v1/messages", json={}, headers={"x-account-id": "throttled"})
    assert told.status_code == 429
    assert told.headers["retry-after"] == "3"
    assert told.json()["error"]["message"] == "slow down"
    assert client.asked == []


@pytest.mark.parametrize("asked", [{}, {"max_tokens": 9_000}, {"max_completion_tokens": 500}])
def test_a_cap_reaches_the_model(client: Client, asked: dict[str, int]) -> None:
    client.post("/v1/chat/completions", json=asked, headers={"x-account-id": "capped"})
    (seen,) = client.asked
    assert set(seen.values()) == {64}


@pytest.mark.parametrize("path", list(upstream.ANSWERS))
@pytest.mark.parametrize("stream", [False, True])
def test_reasoning_stays_inside(client: Client, path: str, *, stream: bool) -> None:
    told = client.post(path, json={"stream": stream}, headers={"x-account-id": "shaped"})
    assert told.status_code == 200
    assert upstream.HIDDEN not in told.text
    assert "SUMMARY" not in told.text
    assert "wer" in told.text
    if not stream:
        assert int(told.headers["content-length"]) == len(told.content)
        json.loads(told.text)


def test_a_service_that_is_away_lets_requests_pass_or_refuses_them() -> None:
    async def both() -> list[Verdict]:
        nowhere = "http://127.0.0.1:9"
        return [
            await OverHttp(nowhere, "t").ask("a"),
            await OverHttp(nowhere, "t", fail_open=False).ask("a"),
        ]

    passed, refused = asyncio.run(both())
    assert passed.status is None
    assert refused.status == 503


def test_the_middleware_is_made_without_arguments_as_vllm_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STILLWATCH_TOKEN", "sw_x_y")
    made = Stillwatch(httpx.ASGITransport)  # type: ignore[arg-type] # any callable
    assert made is not None
