"""OTel dialects that emitters still send: an event a message, and OpenInference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest


def _attributes(**given: object) -> list[dict[str, object]]:
    kinds = {str: "stringValue", int: "intValue", float: "doubleValue", bool: "boolValue"}
    return [
        {"key": name.replace("__", "."), "value": {kinds[type(value)]: value}}
        for name, value in given.items()
    ]


def _span(*events: dict[str, object], **more: object) -> dict[str, object]:
    span = {
        "traceId": "5b8aa5a2d2c872e8321cf37308d69df2",
        "spanId": "051581bf3cb55c13",
        "name": "chat m",
        "startTimeUnixNano": "1771840800000000000",
        "endTimeUnixNano": "1771840801000000000",
        "attributes": _attributes(gen_ai__request__model="m", user__id="a1", **more),
        "events": list(events),
    }
    return {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}


def _event(kind: str, **given: object) -> dict[str, object]:
    return {"name": f"gen_ai.{kind}", "attributes": _attributes(gen_ai__system="x", **given)}


def _json(**given: object) -> dict[str, object]:
    return {"gen_ai__event__content": orjson.dumps(given).decode()}


CALL = [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
PLAIN = [
    _event("system.message", content="be brief"),
    _event("user.message", content="first", role="user"),
    _event("assistant.message", tool_calls=orjson.dumps(CALL).decode()),
    _event("tool.message", content="42", id="c"),
    _event("user.message", content='{"task": "grade"}'),
    _event("choice", index=0, finish_reason="stop", message='{"content": "[1, 2]"}'),
    _event("choice", index=1, finish_reason="length", message='{"content": "other"}'),
]
PACKED = [
    _event("system.message", **_json(content="be brief")),
    _event("user.message", **_json(content="first")),
    _event("assistant.message", **_json(tool_calls=CALL)),
    _event("tool.message", **_json(content="42", id="c")),
    _event("user.message", **_json(content='{"task": "grade"}')),
    _event("choice", **_json(index=1, finish_reason="length", message={"content": "other"})),
    _event("choice", **_json(index=0, finish_reason="stop", message={"content": "[1, 2]"})),
]
PARTS = [
    _event("system.message", content='[{"text": "be brief"}]'),
    _event("user.message", content='[{"text": "first"}]'),
    _event("assistant.message", content='[{"toolUse": {"name": "f", "input": {}}}]'),
    _event("tool.message", content='[{"toolResult": {"content": [{"text": "42"}]}}]'),
    _event("user.message", content='{"task": "grade"}'),
    _event("choice", finish_reason="stop", message="[1, 2]"),
]


@pytest.mark.parametrize("events", [PLAIN, PACKED, PARTS])
def test_an_event_a_message_is_read_from_its_span(
    read: Callable[..., Any], tmp_path: Path, events: list[dict[str, object]]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(orjson.dumps(_span(*events)))
    [row] = read(tmp_path).rows
    assert (row["system_text"], row["prompt_text"]) == ("be brief", '{"task": "grade"}')
    assert (row["turn"], len(row["history_digests"])) == (2, 3)
    assert (row["response_text"], row["stop_reason"]) == ("[1, 2]", "stop")
    assert row["content_state"] == "full"


def test_calls_in_a_choice_are_counted_and_text_without_json_is_kept(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    events = [
        _event("user.message", gen_ai__event__content="just text"),
        _event("choice", **_json(finish_reason="tool_calls", message={"tool_calls": CALL})),
    ]
    (tmp_path / "a.jsonl").write_bytes(orjson.dumps(_span(*events)))
    [row] = read(tmp_path).rows
    assert (row["prompt_text"], row["tool_calls"]) == ("just text", 1)
    assert row["stop_reason"] == "tool_calls"


def test_events_without_content_leave_the_span_without_any(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_bytes(orjson.dumps(_span(_event("user.message"))))
    [row] = read(tmp_path).rows
    assert (row["prompt_text"], row["content_state"]) == (None, "absent")


def test_a_log_record_a_message_is_no_exchange_and_is_counted_by_its_name(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    names = [f"gen_ai.{kind}.message" for kind in ("system", "user", "assistant", "tool")]
    body = {"kvlistValue": {"values": _attributes(content="hi")}}
    shared = {"timeUnixNano": "1771840800000000000", "body": body, "spanId": "051581bf3cb55c13"}
    logs = [
        {**shared, "eventName": name, "attributes": _attributes(gen_ai__request__model="m")}
        for name in names
    ]
    logs.append({**shared, "attributes": _attributes(event__name="gen_ai.choice")})
    named_in_body = {"kvlistValue": {"values": _attributes(event__name="gen_ai.choice")}}
    logs.append(
        {**shared, "body": named_in_body, "attributes": _attributes(gen_ai__request__model="m")}
    )
    document = {"resourceLogs": [{"scopeLogs": [{"logRecords": logs}]}]}
    (tmp_path / "a.jsonl").write_bytes(
        orjson.dumps(document) + b"\n" + orjson.dumps(_span(PLAIN[1]))
    )
    result = read(tmp_path)
    counts = {f"log record: {name}": 1 for name in names} | {"log record: gen_ai.choice": 2}
    assert result.summary.not_an_exchange == counts
    assert not result.reasons
    assert len(result.rows) == 1


def test_the_invocation_parameters_of_openinference_are_read(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    given = {"temperature": 0.2, "top_p": 0.9, "max_tokens": 7, "n": 3, "stream": True}
    document = _span(llm__invocation_parameters=orjson.dumps(given).decode())
    (tmp_path / "a.jsonl").write_bytes(orjson.dumps(document))
    [row] = read(tmp_path).rows
    assert (row["temperature"], row["top_p"]) == (0.2, 0.9)
    assert (row["n"], row["max_output_tokens"], row["stream"]) == (3, 7, True)


def test_the_messages_of_openinference_count_before_its_whole_bodies(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    bodies = {
        "input__value": '{"model": "m", "messages": [{"role": "user", "content": "of the body"}]}',
        "output__value": '{"choices": [{"message": {"content": "told"}}]}',
    }
    one = {"llm__input_messages__0__message__content": "hi"}
    one["llm__input_messages__0__message__role"] = "user"
    (tmp_path / "a.json").write_bytes(orjson.dumps(_span(**bodies)))
    (tmp_path / "b.json").write_bytes(orjson.dumps(_span(**bodies, **one)))
    [bare] = read(tmp_path / "a.json").rows
    [named] = read(tmp_path / "b.json").rows
    assert (bare["prompt_text"], bare["response_text"]) == ("of the body", "told")
    assert (named["prompt_text"], named["response_text"]) == ("hi", "told")
