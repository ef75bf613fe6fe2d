"""Decisions as other programs ask for them, with and without the body of the request."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from running import Running

from stillwatch.pipeline.guard.bodies import Bodies
from stillwatch.protect.binding import Binding
from stillwatch.protect.honeytokens import Honeytokens
from stillwatch.protect.messages import Asker, seal_answer
from stillwatch.respond.decision import Decision

BINDING = Binding(b"k" * 32, mode="reject")
MARKS = Honeytokens(b"k" * 32)


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    service.state.bodies = Bodies(binding=BINDING, honeytokens=MARKS, reads=True)
    with service.client("service") as made:
        yield made


def _body() -> dict[str, Any]:
    asked = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
    answer = {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "", "signature": "raw"},
            {"type": "text", "text": "hi"},
        ],
    }
    asker = Asker(organization_id="acme", account_id="x", family="m")
    sealed, _ = seal_answer(answer, asked, asker, BINDING, at=datetime.now(UTC))
    return {**asked, "messages": [*asked["messages"], sealed]}


def _authz(client: httpx.Client, house: str, **more: Any) -> httpx.Response:  # noqa: ANN401
    headers = {"x-stillwatch-account": f"{house}.1", "x-stillwatch-organization": house}
    return client.post("/authz", headers=headers | more.pop("headers", {}), **more)


def test_a_body_sent_along_by_a_proxy_is_checked(client: httpx.Client) -> None:
    assert _authz(client, "acme", json=_body()).status_code == 204
    told = _authz(client, "other", json=_body())
    assert (told.status_code, told.headers["x-stillwatch-status"]) == (403, "400")
    assert "belongs to another conversation" in told.text
    assert _authz(client, "other", json=_body(), params={"full": "1"}).status_code == 400
    assert _authz(client, "other", content=b"{broken").status_code == 204


def test_a_proxy_whose_token_may_not_ask_is_never_told_403(
    service: Running, client: httpx.Client
) -> None:
    for token, code in (("sw_over", "bad_token"), (service.token("partner"), "no_scope")):
        told = _authz(client, "acme", headers={"authorization": f"Bearer {token}"})
        assert (told.status_code, told.json()["error"]["code"]) == (401, code)


def test_a_delay_is_waited_for_before_the_proxy_is_told(
    service: Running, client: httpx.Client
) -> None:
    slow = Decision(
        decision_id="d-1", account_id="acme.1", campaign_id=None, action="delay",
        reason_code="known_campaign", customer_sentence="", policy_version="1", rule="wait",
        shadow=False, decided_at=datetime.now(UTC), parameters={"seconds": 0.4},
        expires_at=datetime.now(UTC) + timedelta(hours=1),
    )  # fmt: skip
    service.state.guard.stand_by([slow])
    begun = time.perf_counter()
    assert _authz(client, "acme").status_code == 204
    assert time.perf_counter() - begun >= 0.4
    begun = time.perf_counter()
    assert _authz(client, "other").status_code == 204
    assert time.perf_counter() - begun < 0.4


def test_litellms_own_guardrail_has_messages_checked(
    service: Running, client: httpx.Client
) -> None:
    def ask(house: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        data = {"user_api_key_user_id": f"{house}.1", "user_api_key_org_id": house}
        body = {"input_type": "request", "model": "m", "request_data": data, **more}
        told: dict[str, Any] = client.post("/beta/litellm_basic_guardrail_api", json=body).json()
        return told

    talk = _body()["messages"]
    assert ask("acme", structured_messages=talk) == {"action": "NONE"}
    assert ask("other", structured_messages=talk)["action"] == "BLOCKED"
    mark = MARKS.token("acme")
    assert ask("other", texts=[f"clean this: {mark}"]) == {"action": "NONE"}
    counted = service.state.guard.watch.counted
    assert counted["honeytoken", "elsewhere"] == 1
    assert counted["block", "elsewhere"] == 1
    assert ask("other", structured_messages=talk, input_type="response") == {"action": "NONE"}


def test_what_a_gateway_found_is_counted_without_a_name(
    service: Running, client: httpx.Client
) -> None:
    block = {"kind": "block", "fate": "elsewhere", "digest": "ab" * 16, "issued_to": "cd:ef"}
    told = client.post("/v1/decide", json={"account_id": "a", "presented": [block] * 3})
    assert told.status_code == 200, told.text
    with service.client("viewer") as viewer:
        text = viewer.get("/metrics").text
    assert 'stillwatch_presented_total{fate="elsewhere",kind="block"} 3.0' in text


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "song"}, {"fate": "lost"}, {"digest": "no hex"}, {"digest": "a" * 65}, {"more": 1}],
)
def test_what_no_gateway_finds_is_refused(client: httpx.Client, wrong: dict[str, object]) -> None:
    block = {"kind": "block", "fate": "elsewhere", "digest": "ab", **wrong}
    told = client.post("/v1/decide", json={"account_id": "a", "presented": [block]})
    assert told.status_code == 400
    assert json.loads(told.text)["error"]["code"] == "invalid"
