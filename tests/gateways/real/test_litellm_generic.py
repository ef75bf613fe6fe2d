"""LiteLLM's own generic guardrail asks the service: no code of ours is in the proxy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import around as real
import httpx
import litellm_proxy
import pytest

from stillwatch.protect.binding import Binding
from stillwatch.protect.honeytokens import Honeytokens
from stillwatch.protect.messages import Asker, seal_answer

pytestmark = [
    pytest.mark.gateway,
    pytest.mark.skipif(
        not litellm_proxy.PROXY.exists(), reason="run `make test-gateways`: it installs LiteLLM"
    ),
]
PATHS = {
    "/v1/chat/completions": ("gpt-fake", "messages"),
    "/v1/messages": ("claude-fake", "messages"),
    "/v1/responses": ("gpt-fake", "input"),
}


@pytest.fixture(scope="module")
def proxy(around: real.Around) -> Iterator[str]:
    with litellm_proxy.running(around, "generic", default_on=False) as address:
        yield address


def _post(proxy: str, path: str, account: str, text: str = "hi", **more: Any) -> httpx.Response:  # noqa: ANN401
    model, name = PATHS[path]
    talk = [{"role": "user", "content": text}]
    body = {"model": model, "max_tokens": 99, name: talk, "guardrails": ["generic"], **more}
    headers = {"Authorization": f"Bearer sk-account-{account}"}
    return httpx.post(f"{proxy}{path}", json=body, headers=headers, timeout=60)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", list(PATHS))
def test_it_passes_others_and_refuses_with_the_sentence_before_the_upstream_is_asked(
    around: real.Around, proxy: str, path: str, *, stream: bool
) -> None:
    passed = _post(proxy, path, "somebody", stream=stream)
    assert passed.status_code == 200, passed.text
    assert "wer" in passed.text
    _post(proxy, path, "throttled", stream=stream)
    before = len(around.asked())
    refused = _post(proxy, path, "throttled", stream=stream)
    assert refused.status_code == 400, refused.text
    assert "rate of requests is limited" in refused.text
    assert len(around.asked()) == before


@pytest.mark.parametrize("path", list(PATHS))
def test_marks_of_others_are_counted(around: real.Around, proxy: str, path: str) -> None:
    mark = Honeytokens(around.secret).token("acme")
    account = f"cleaner-{path.rpartition('/')[2]}"
    assert _post(proxy, path, account, f"clean this: {mark}").status_code == 200
    real.until(lambda: around.presented(account) == [{"kind": "honeytoken", "new": 1}])


def test_a_block_of_others_is_refused(around: real.Around, proxy: str) -> None:
    asked: dict[str, Any] = {"messages": [{"role": "user", "content": "hello"}]}
    thinking = {"type": "thinking", "thinking": "t", "signature": "raw"}
    answer = {"role": "assistant", "content": [thinking, {"type": "text", "text": "hi"}]}
    asker = Asker(organization_id="acme", account_id="x", family="claude-fake")
    binding = Binding(around.secret)
    sealed, _ = seal_answer(answer, asked, asker, binding, at=datetime.now(UTC))
    talk = [*asked["messages"], sealed, {"role": "user", "content": "go on"}]
    own = _post(proxy, "/v1/messages", "acme.1", messages=talk)
    assert own.status_code == 200, own.text
    other = _post(proxy, "/v1/messages", "other.1", messages=talk)
    assert other.status_code == 400, other.text
    assert "belongs to another conversation" in json.dumps(other.json())


def test_a_service_that_is_away_lets_requests_pass(around: real.Around) -> None:
    gone = real.Around(
        f"http://127.0.0.1:{real.port()}", "t", around.upstream, around.folder, around.database
    )
    with litellm_proxy.running(gone, "alone", default_on=False) as address:
        assert _post(address, "/v1/chat/completions", "throttled").status_code == 200
