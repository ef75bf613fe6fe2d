from __future__ import annotations

from itertools import pairwise

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.ingest import Redactor
from stillwatch.ingest.bodies import response_columns
from stillwatch.ingest.sse import Decoder, assemble, payloads

_KEYED = Redactor(b"s" * 32).digest


def _stream(events: list[dict[str, object]], *, named: bool, newline: str = "\n") -> bytes:
    out = []
    for event in events:
        head = f"event: {event['type']}{newline}" if named else ""
        out.append(f"{head}data: {orjson.dumps(event).decode()}{newline}{newline}")
    return "".join([": comment" + newline, *out]).encode()


ANTHROPIC = [
    {
        "type": "message_start",
        "message": {
            "id": "m1",
            "type": "message",
            "model": "c",
            "content": [],
            "usage": {
                "input_tokens": 3,
                "cache_read_input_tokens": 40,
                "cache_creation_input_tokens": 7,
                "output_tokens": 1,
            },
        },
    },
    {
        "type": "content_block_start",
        "index": 0,
        "content_block": {"type": "thinking", "thinking": "", "signature": ""},
    },
    {"type": "ping"},
    {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "thinking_delta", "thinking": "let me "},
    },
    {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "thinking_delta", "thinking": "see"},
    },
    {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "signature_delta", "signature": "SIG=="},
    },
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "héllo "}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "you"}},
    {
        "type": "content_block_start",
        "index": 2,
        "content_block": {"type": "tool_use", "name": "f", "input": {}},
    },
    {
        "type": "content_block_delta",
        "index": 2,
        "delta": {"type": "input_json_delta", "partial_json": '{"a":'},
    },
    {
        "type": "content_block_delta",
        "index": 2,
        "delta": {"type": "input_json_delta", "partial_json": " 1}"},
    },
    {
        "type": "message_delta",
        "delta": {
            "stop_reason": "refusal",
            "stop_details": {"type": "refusal", "category": "reasoning_extraction"},
        },
        "usage": {"output_tokens": 25},
    },
    {"type": "message_stop"},
]
CHAT = [
    {
        "id": "c1",
        "object": "chat.completion.chunk",
        "model": "g",
        "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}],
    },
    {"choices": [{"index": 0, "delta": {"reasoning_content": "hmm"}}]},
    {"choices": [{"index": 0, "delta": {"content": "one "}}]},
    {"choices": [{"index": 0, "delta": {"content": "two"}}]},
    {
        "choices": [
            {
                "index": 0,
                "delta": {
                    "tool_calls": [
                        {"index": 0, "id": "t", "function": {"name": "f", "arguments": '{"a"'}}
                    ]
                },
            }
        ]
    },
    {
        "choices": [
            {"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": ":1}"}}]}}
        ]
    },
    {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]},
    {
        "choices": [],
        "usage": {
            "prompt_tokens": 5,
            "completion_tokens": 9,
            "completion_tokens_details": {"reasoning_tokens": 4},
        },
    },
]
RESPONSES = [
    {
        "type": "response.created",
        "response": {"id": "r1", "object": "response", "model": "g", "output": []},
    },
    {
        "type": "response.output_item.added",
        "output_index": 0,
        "item": {"type": "reasoning", "id": "rs"},
    },
    {"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "thin"},
    {"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "king"},
    {
        "type": "response.output_item.added",
        "output_index": 1,
        "item": {"type": "message", "role": "assistant", "content": []},
    },
    {"type": "response.output_text.delta", "output_index": 1, "delta": "4"},
    {"type": "response.output_text.delta", "output_index": 1, "delta": "2"},
]
CONVERSE = [
    {"messageStart": {"role": "assistant"}},
    {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "hi "}}},
    {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "there"}}},
    {"messageStop": {"stopReason": "end_turn"}},
    {"metadata": {"usage": {"inputTokens": 3, "outputTokens": 2, "cacheReadInputTokens": 5}}},
]


def test_an_anthropic_stream_is_one_message() -> None:
    found = response_columns(_stream(ANTHROPIC, named=True).decode(), _KEYED)
    assert found["response_text"] == "héllo you"
    assert found["reasoning_text"] == "let me see"
    assert found["reasoning_out"] == [_KEYED("reasoning", b"SIG==")]
    assert found["tool_calls"] == 1
    assert (found["input_tokens"], found["cached_input_tokens"], found["output_tokens"]) == (
        50,
        40,
        25,
    )
    assert found["refusal_category"] == "reasoning_extraction"


def test_a_chat_stream_is_one_completion() -> None:
    found = response_columns((_stream(CHAT, named=False) + b"data: [DONE]\n\n").decode(), _KEYED)
    assert (found["response_text"], found["reasoning_text"]) == ("one two", "hmm")
    assert (found["tool_calls"], found["stop_reason"]) == (1, "tool_calls")
    assert (found["input_tokens"], found["output_tokens"], found["reasoning_tokens"]) == (5, 9, 4)


def test_a_responses_stream_cut_short_gives_what_had_arrived() -> None:
    found = response_columns(_stream(RESPONSES, named=True).decode(), _KEYED)
    assert (found["response_text"], found["reasoning_text"]) == ("42", "thinking")


def test_a_responses_stream_that_ended_gives_the_whole_response() -> None:
    usage = {
        "input_tokens": 9,
        "input_tokens_details": {"cached_tokens": 4},
        "output_tokens": 3,
        "output_tokens_details": {"reasoning_tokens": 2},
        "total_tokens": 12,
    }
    item = {"type": "reasoning", "summary": [], "encrypted_content": "ENC"}
    end = {
        "type": "response.completed",
        "response": {"object": "response", "output": [item], "usage": usage},
    }
    found = response_columns(_stream([*RESPONSES, end], named=True).decode(), _KEYED)
    assert found["reasoning_out"] == [_KEYED("reasoning", b"ENC")]
    assert (found["input_tokens"], found["cached_input_tokens"], found["reasoning_tokens"]) == (
        9,
        4,
        2,
    )


def test_a_list_of_events_as_bedrock_logs_them_is_one_message() -> None:
    assert response_columns(ANTHROPIC, _KEYED)["response_text"] == "héllo you"
    converse = response_columns(CONVERSE, _KEYED)
    assert (converse["response_text"], converse["stop_reason"]) == ("hi there", "end_turn")
    assert (converse["input_tokens"], converse["output_tokens"]) == (8, 2)


def test_events_that_no_dialect_knows_give_nothing() -> None:
    assert assemble([{"type": "other"}]) is None
    assert payloads("data: not json\n\ndata: 7\n\n") == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@given(data=st.data())
def test_where_a_stream_is_cut_into_chunks_makes_no_difference(
    newline: str, data: st.DataObject
) -> None:
    events, named = data.draw(
        st.sampled_from([(ANTHROPIC, True), (CHAT, False), (RESPONSES, True)])
    )
    stream = _stream(events, named=named, newline=newline)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    edges = [0, *cuts, len(stream)]
    chunks = [stream[a:b] for a, b in pairwise(edges)]
    assert payloads(chunks) == payloads(stream) == events
    assert assemble(payloads(chunks)) == assemble(events)


@given(st.binary(max_size=200), st.integers(1, 7))
def test_no_bytes_break_the_decoder(stream: bytes, size: int) -> None:
    decoder = Decoder()
    found = [d for i in range(0, len(stream), size) for d in decoder.feed(stream[i : i + size])]
    found += decoder.close()
    whole = Decoder()
    assert found == [*whole.feed(stream), *whole.close()]
