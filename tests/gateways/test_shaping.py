"""Reasoning leaves whole answers and streams, however the bytes are cut; all else stays."""

from __future__ import annotations

import json

import pytest
import upstream

from stillwatch.gateways.shaping import Shape, without_reasoning
from stillwatch.gateways.streams import Stream


@pytest.mark.parametrize("make", [upstream.chat, upstream.messages, upstream.responses])
def test_a_whole_answer_loses_its_reasoning_and_nothing_else(make: object) -> None:
    shaped = json.dumps(without_reasoning(make()))  # type: ignore[operator]
    assert upstream.HIDDEN not in shaped
    assert "answer" in shaped


def test_a_signature_stays_so_that_a_tool_loop_goes_on() -> None:
    block = without_reasoning(upstream.messages())["content"][0]
    assert block == {"type": "thinking", "thinking": "", "signature": upstream.SIGNED}


def test_a_summary_stays_where_one_may_be_shown() -> None:
    assert "SUMMARY" in json.dumps(without_reasoning(upstream.responses()))
    assert "SUMMARY" not in json.dumps(without_reasoning(upstream.responses(), summary=False))


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
@pytest.mark.parametrize("path", list(upstream.ANSWERS))
def test_a_stream_loses_its_reasoning_wherever_it_is_cut(path: str, size: int) -> None:
    _, body = upstream.answer(path, {"stream": True})
    stream = Stream(Shape(reasoning="summary"))
    out = b"".join(stream.feed(body[i : i + size]) for i in range(0, len(body), size))
    out += stream.end()
    assert upstream.HIDDEN.encode() not in out
    events = [line[6:] for line in out.split(b"\n") if line.startswith(b"data: ")]
    told = [json.loads(e) for e in events if e != b"[DONE]"]
    wanted = upstream.ANSWERS[path][1]()
    hidden = sum(upstream.HIDDEN in json.dumps(e) and _only_reasoning(e) for e in wanted)
    assert len(events) == len(wanted) - hidden
    assert "answer" in json.dumps(told) or "wer" in json.dumps(told)


def _only_reasoning(event: object) -> bool:
    kind = event.get("type", "") if isinstance(event, dict) else ""
    delta = event.get("delta") if isinstance(event, dict) else None
    thinking = isinstance(delta, dict) and delta.get("type") == "thinking_delta"
    return thinking or str(kind).startswith("response.reasoning_text")
