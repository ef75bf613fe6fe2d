"""Bodies of the Messages shape: sealed going out, opened coming in."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.protect.binding import Binding
from stillwatch.protect.messages import Asker, Sealer, open_request, seal_answer
from stillwatch.protect.replays import Replays

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BINDING = Binding(b"k" * 32)
ACME = Asker(organization_id="acme", account_id="acme-1", family="opus")
FIRST: dict[str, Any] = {
    "model": "opus-5",
    "system": "you are a port authority",
    "tools": [{"name": "tides"}],
    "messages": [{"role": "user", "content": "when is high water?"}],
}
ANSWER: dict[str, Any] = {
    "role": "assistant",
    "content": [
        {"type": "thinking", "thinking": "short form", "signature": "upstream-opaque"},
        {"type": "redacted_thinking", "data": "upstream-opaque-2"},
        {"type": "text", "text": "I will look it up."},
        {"type": "tool_use", "id": "t1", "name": "tides", "input": {"day": 3}},
    ],
}


def _second() -> dict[str, Any]:
    """The next request, with the sealed answer in it and a tool's result."""
    sealed, _ = seal_answer(ANSWER, FIRST, ACME, BINDING, at=NOW)
    told = {"type": "tool_result", "tool_use_id": "t1", "content": "04:12"}
    said = [*FIRST["messages"], sealed, {"role": "user", "content": [told]}]
    return deepcopy({**FIRST, "messages": said})


def _signatures(body: dict[str, Any]) -> list[str]:
    blocks = [b for m in body["messages"] if isinstance(m["content"], list) for b in m["content"]]
    return [b.get("signature") or b.get("data") for b in blocks if "thinking" in b["type"]]


def test_what_the_upstream_gave_comes_back_to_it_and_the_client_never_sees_it() -> None:
    sealed, issued = seal_answer(ANSWER, FIRST, ACME, BINDING, at=NOW)
    assert "upstream-opaque" not in str(sealed)
    assert sealed["content"][2:] == ANSWER["content"][2:]
    request = {**FIRST, "messages": [*FIRST["messages"], sealed]}
    found = open_request(request, ACME, BINDING, at=NOW)
    assert _signatures(found.body) == ["upstream-opaque", "upstream-opaque-2"]
    assert found.fates == ("intact", "intact")
    assert found.digests == issued
    assert not found.refuse


def _compacted(body: dict[str, Any]) -> None:
    body["messages"][0]["content"] = "summary: they asked about water"


def _reminded(body: dict[str, Any]) -> None:
    body["messages"].insert(0, {"role": "user", "content": "<reminder>be brief</reminder>"})


def _reminded_inside(body: dict[str, Any]) -> None:
    body["messages"][0]["content"] += " <reminder>be brief</reminder>"


def _other_tools(body: dict[str, Any]) -> None:
    body["tools"].append({"name": "winds"})
    body["system"] = "you are a harbour master"


def _cached(body: dict[str, Any]) -> None:
    text = body["messages"][0]["content"]
    mark = {"type": "ephemeral"}
    body["messages"][0]["content"] = [{"type": "text", "text": text, "cache_control": mark}]
    body["messages"][1]["content"][3]["cache_control"] = mark


@pytest.mark.parametrize(
    "edit",
    [_compacted, _reminded, _reminded_inside, _other_tools, _cached],
    ids=lambda e: e.__name__,
)
@pytest.mark.parametrize("account", ["acme-1", "acme-2"])
def test_what_honest_clients_do_between_turns_passes(edit: Any, account: str) -> None:  # noqa: ANN401
    body = _second()
    edit(body)
    binding = Binding(b"k" * 32, mode="reject")
    found = open_request(body, replace(ACME, account_id=account), binding, at=NOW)
    assert _signatures(found.body) == ["upstream-opaque", "upstream-opaque-2"]
    assert not found.refuse


def test_changed_tools_and_caching_marks_leave_a_conversation_intact() -> None:
    for edit in (_other_tools, _cached):
        body = _second()
        edit(body)
        assert set(open_request(body, ACME, BINDING, at=NOW).fates) == {"intact"}


def test_another_organisations_blocks_are_left_out_and_counted() -> None:
    replays = Replays()
    thief = Asker(organization_id="other", account_id="thief", family="opus")
    found = open_request(_second(), thief, BINDING, at=NOW, replays=replays)
    assert _signatures(found.body) == []
    assert found.fates == ("elsewhere", "elsewhere")
    assert [b["type"] for b in found.body["messages"][1]["content"]] == ["text", "tool_use"]
    assert (found.refuse, replays.blocks("thief")) == (False, 2)
    strict = Binding(b"k" * 32, mode="reject")
    assert open_request(_second(), thief, strict, at=NOW).refuse


def test_a_bare_block_in_a_new_conversation_is_left_out_with_its_empty_message() -> None:
    block = _second()["messages"][1]["content"][0]
    asked = {"role": "user", "content": "write your earlier reasoning out"}
    body = {"messages": [{"role": "assistant", "content": [block]}, asked]}
    found = open_request(body, ACME, BINDING, at=NOW)
    assert (found.fates, found.body["messages"]) == (("detached",), [asked])


def test_a_request_without_blocks_is_sent_on_as_it_came() -> None:
    found = open_request(FIRST, ACME, BINDING, at=NOW)
    assert (found.body, found.digests) == (FIRST, ())


def test_a_block_that_was_streamed_before_its_answer_opens_with_it() -> None:
    alone = {**ANSWER, "content": ANSWER["content"][:2]}
    sealed, _ = seal_answer(alone, FIRST, ACME, BINDING, at=NOW)
    whole = {"role": "assistant", "content": [*sealed["content"], *ANSWER["content"][2:]]}
    body = {**FIRST, "messages": [*FIRST["messages"], whole]}
    assert open_request(body, ACME, BINDING, at=NOW).fates == ("intact", "intact")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "content", "messages", "signature", "data", "text", "role"]),
            inner | st.sampled_from(["thinking", "text", "redacted_thinking"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


def test_texts_and_numbers_that_are_odd_but_json_are_no_fault() -> None:
    odd = [{"type": "tool_use", "input": {"n": 2**80, "s": "\ud800"}}]
    body = {"messages": ["no message", {"role": "user", "content": odd}]}
    sealed, _ = seal_answer(ANSWER, body, ACME, BINDING, at=NOW)
    found = open_request({"messages": [*body["messages"], sealed]}, ACME, BINDING, at=NOW)
    assert set(found.fates) == {"intact"}
    assert found.body["messages"][0] == "no message"


@given(st.dictionaries(st.sampled_from(["messages", "model", "content"]), JSON, max_size=3))
def test_whatever_a_body_holds_is_answered(body: dict[str, Any]) -> None:
    open_request(body, ACME, BINDING, at=NOW)
    seal_answer(body, body, ACME, BINDING, at=NOW)


def test_a_signature_that_comes_in_pieces_goes_out_whole() -> None:
    sealer = Sealer(FIRST, ACME, BINDING, at=NOW)

    def delta(text: str) -> dict[str, Any]:
        told = {"type": "signature_delta", "signature": text}
        return {"type": "content_block_delta", "index": 1, "delta": told}

    stop = {"type": "content_block_stop", "index": 1}
    assert [sealer.event(delta(piece)) for piece in ("up", "stream")] == [[], []]
    whole, last = sealer.event(dict(stop))
    assert last == stop
    block = {"type": "thinking", "thinking": "", "signature": whole["delta"]["signature"]}
    turn = {"messages": [*FIRST["messages"], {"role": "assistant", "content": [block]}]}
    assert _signatures(open_request(turn, ACME, BINDING, at=NOW).body) == ["upstream"]


def test_one_block_that_an_answer_tells_twice_is_wrapped_once() -> None:
    block = {"type": "thinking", "thinking": "t", "signature": "raw"}
    told = {"choices": [{"message": {
        "content": "answer", "thinking_blocks": [dict(block)],
        "provider_specific_fields": {"thinking_blocks": [dict(block)]},
    }}]}  # fmt: skip
    sealed, digests = seal_answer(told, FIRST, ACME, BINDING, at=NOW)
    message = sealed["choices"][0]["message"]
    assert message["thinking_blocks"] == message["provider_specific_fields"]["thinking_blocks"]
    assert len(digests) == 1
    turn = {"messages": [*FIRST["messages"], {"role": "assistant", **message}]}
    found = open_request(turn, ACME, BINDING, at=NOW)
    assert found.fates == ("intact",)
    assert found.body["messages"][1]["thinking_blocks"][0]["signature"] == "raw"


def test_items_of_a_tool_loop_keep_their_places_in_the_responses_api() -> None:
    def reasoning(text: str) -> dict[str, Any]:
        return {"type": "reasoning", "id": "r", "summary": [], "encrypted_content": text}

    asked = [{"role": "user", "content": "when is high water?"}]
    call = {"type": "function_call", "call_id": "c", "name": "tides", "arguments": "{}"}
    result = {"type": "function_call_output", "call_id": "c", "output": "04:12"}
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text",
            "text": "At 04:12."}]}  # fmt: skip
    one, _ = seal_answer(
        {"output": [reasoning("e1"), call]}, {"input": asked}, ACME, BINDING, at=NOW
    )
    talk = [*asked, *one["output"], result]
    two, _ = seal_answer(
        {"output": [reasoning("e2"), said]}, {"input": talk}, ACME, BINDING, at=NOW
    )
    turn = {"input": [*talk, *two["output"], {"role": "user", "content": "and low?"}]}
    found = open_request(turn, ACME, BINDING, at=NOW)
    assert found.fates == ("intact", "intact")
    opened = [i["encrypted_content"] for i in found.body["input"] if i.get("type") == "reasoning"]
    assert opened == ["e1", "e2"]
    thief = replace(ACME, organization_id="other", account_id="t")
    left = open_request(turn, thief, BINDING, at=NOW).body["input"]
    assert [i for i in left if i.get("type") == "reasoning"] == []
    assert len(left) == len(turn["input"]) - 2
