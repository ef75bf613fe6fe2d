"""The real LiteLLM proxy, in its own environment, with both guardrails and the log feed."""

from __future__ import annotations

import time
from collections.abc import Iterator

import around as real
import httpx
import litellm_proxy
import pytest
import upstream

pytestmark = [
    pytest.mark.gateway,
    pytest.mark.skipif(
        not litellm_proxy.PROXY.exists(), reason="run `make test-gateways`: it installs LiteLLM"
    ),
]

PATHS = {
    "/v1/chat/completions": {
        "model": "gpt-fake",
        "messages": [{"role": "user", "content": "hi"}],
    },
    "/v1/messages": {
        "model": "claude-fake",
        "max_tokens": 4096,
        "messages": [{"role": "user", "content": "hi"}],
    },
    "/v1/responses": {"model": "gpt-fake", "input": "hi"},
}


@pytest.fixture(scope="module")
def proxy(around: real.Around) -> Iterator[str]:
    with litellm_proxy.running(around, "plain") as address:
        yield address


def _ask(proxy: str, path: str, account: str, **more: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer sk-account-{account}"}
    return httpx.post(f"{proxy}{path}", json={**PATHS[path], **more}, headers=headers, timeout=60)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", list(PATHS))
def test_reasoning_stays_inside_for_one_account_and_goes_out_for_others(
    proxy: str, path: str, *, stream: bool
) -> None:
    other = _ask(proxy, path, "somebody", stream=stream)
    shaped = _ask(proxy, path, "shaped", stream=stream)
    assert other.status_code == 200, other.text
    assert shaped.status_code == 200, shaped.text
    assert upstream.HIDDEN in other.text
    assert upstream.HIDDEN not in shaped.text
    assert "wer" in shaped.text
    if path == "/v1/messages":
        assert upstream.SIGNED in shaped.text


@pytest.mark.parametrize("path", list(PATHS))
def test_a_cap_reaches_the_upstream(around: real.Around, proxy: str, path: str) -> None:
    assert _ask(proxy, path, "capped").status_code == 200
    body = around.asked()[-1]["body"]
    assert isinstance(body, dict)
    caps = {body.get(n) for n in ("max_tokens", "max_output_tokens", "max_completion_tokens")}
    assert caps - {None} == {64}


@pytest.mark.parametrize("path", list(PATHS))
def test_a_quota_refuses_with_a_time_to_come_back_and_bills_nothing(
    around: real.Around, proxy: str, path: str
) -> None:
    _ask(proxy, path, "throttled")
    before = len(around.asked())
    refused = _ask(proxy, path, "throttled")
    assert refused.status_code == 429, refused.text
    assert "limited" in refused.text
    assert "retry_after_seconds" in refused.text
    if path != "/v1/messages":  # there LiteLLM 1.106 drops the headers of a refusal
        assert int(refused.headers["retry-after"]) > 0
    assert len(around.asked()) == before


def test_the_log_feed_reaches_the_service(around: real.Around, proxy: str) -> None:
    _ask(proxy, "/v1/chat/completions", "somebody")
    headers = {"Authorization": f"Bearer {around.token}"}
    until = time.monotonic() + 60
    kept = 0.0
    while kept == 0 and time.monotonic() < until:
        text = httpx.get(f"{around.service}/metrics", headers=headers).text
        name = 'stillwatch_exchanges_total{outcome="accepted"}'
        line = next((t for t in text.splitlines() if t.startswith(name)), f"{name} 0")
        kept = float(line.rpartition(" ")[2])
        time.sleep(0.5)
    assert kept > 0
