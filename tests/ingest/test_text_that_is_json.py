"""What is itself JSON, or looks like a stream, stays the text that was asked or answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from stillwatch.ingest import Redactor, load_mapping
from stillwatch.ingest.bodies import request_columns, response_columns
from stillwatch.ingest.messages import asked, conversation
from stillwatch.ingest.sse import assemble, payloads

KEYED = Redactor(b"s" * 32).digest
TEXTS = [
    '{"task":"grade","x":1}',
    "[1,2,3]",
    '["a","b"]',
    '[{"task":"grade"}]',
    '{"type":"reasoning","task":"grade"}',
    '{"role":"user","content":"","task":"grade"}',
    '{"content":"a","b":"c"}',
    '{"output":"x","score":3}',
    '{"output":{"a":1}}',
    '{"input":{"a":1}}',
    '{"messages":[],"task":"grade"}',
    '{"message":"grade"}',
    '{"id":"grade"}',
    '{"model":"m","task":"grade"}',
    '{"error":{},"task":"grade"}',
    '{"reasoning":"a","answer":"b"}',
    '[{"type":["odd"]}]',
    "{cut",
    "Here is the data: 1,2",
    "data: 1,2\n\nevent: none",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("key", ["input", "prompt"])
def test_a_prompt_that_is_json_is_the_prompt(text: str, key: str) -> None:
    found = request_columns({"model": "m", key: text, "instructions": text}, KEYED)
    assert (found["prompt_text"], found["system_text"]) == (text, text)
    assert found["turn"] == 1


@pytest.mark.parametrize("role", ["system", "assistant"])
def test_a_prompt_cannot_pass_for_a_message_of_another_role(role: str) -> None:
    text = f'[{{"role":"{role}","content":"x"}}]'
    found = request_columns({"model": "m", "input": text, "instructions": text}, KEYED)
    assert (found["prompt_text"], found["system_text"]) == (text, text)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "shape",
    [
        lambda text: {"choices": [{"text": text}]},
        lambda text: {"choices": [{"message": {"content": text}}]},
        lambda text: {"completion": text},
        lambda text: {"output": text},
        lambda text: {"type": "message", "content": [{"type": "text", "text": text}]},
        lambda text: text,
    ],
)
def test_an_answer_that_is_json_is_the_answer(text: str, shape: Callable[[str], object]) -> None:
    assert response_columns(shape(text), KEYED)["response_text"] == text


@pytest.mark.parametrize("text", TEXTS)
def test_a_mapped_table_keeps_text_that_is_json(
    read: Callable[..., Any], tmp_path: Path, text: str
) -> None:
    row = {
        "id": "1",
        "start_time": "2026-02-23 10:00:00.000000",
        "user_id": "o",
        "project_id": "p",
        "input": text,
        "output": text,
    }
    (tmp_path / "a.jsonl").write_bytes(orjson.dumps(row))
    [found] = read(tmp_path / "a.jsonl", mapping=load_mapping("langfuse")).rows
    assert (found["prompt_text"], found["response_text"]) == (text, text)


def test_messages_that_came_as_text_are_still_messages() -> None:
    one = '{"role":"user","content":"hi"}'
    parts = '[{"role":"user","parts":[{"type":"text","content":"hi"}]}]'
    whole = '{"model":"m","input":"hi","odd":1}'
    for body in (
        one,
        f"[{one}]",
        parts,
        whole,
        f'{{"messages":[{one}],"odd":1}}',
        '{"input":"hi"}',
    ):
        assert request_columns(body, KEYED)["prompt_text"] == "hi"
    answers = ('[{"role":"assistant","content":"yo"}]', '{"content":"yo"}', '{"output":"yo"}')
    for body in answers:
        assert response_columns(body, KEYED)["response_text"] == "yo"


@pytest.mark.parametrize("body", ['{"model":"m","messages":[]}', '{"model":"m"}', "{}", "[]", ""])
def test_a_body_without_content_holds_no_prompt(body: str) -> None:
    assert request_columns(body, KEYED)["prompt_text"] is None


@pytest.mark.parametrize(
    "body", ['{"error":{"message":"no"}}', '{"choices":[],"usage":{"prompt_tokens":1}}', "{}", ""]
)
def test_a_body_without_an_answer_holds_no_answer(body: str) -> None:
    assert response_columns(body, KEYED).get("response_text") is None


def test_messages_whose_content_was_not_captured_are_no_text() -> None:
    given = '[{"role":"user","parts":[]}]'
    assert asked(conversation(given, KEYED), KEYED, system=["[]"])["prompt_text"] is None


def test_instructions_of_a_span_are_read_as_parts_or_kept_as_text() -> None:
    given = ['[{"type":"text","content":"be brief"}]', '[{"rule":1}]', '{"rule":2}']
    found = asked([], KEYED, system=given)["system_text"]
    assert found == 'be brief\n\n[{"rule":1}]\n\n{"rule":2}'


def test_only_what_starts_as_a_stream_and_is_one_is_put_together() -> None:
    stream = 'data: {"choices":[{"delta":{"content":"x"}}]}\n\n'
    assert response_columns(stream, KEYED)["response_text"] == "x"
    told = f"A stream looks so:\n{stream}"
    assert response_columns(told, KEYED)["response_text"] == told
    assert response_columns("data: {}\n\n", KEYED)["response_text"] == "data: {}\n\n"
    assert assemble(payloads("data: {}\n\n")) is None


def test_strings_between_messages_and_in_tool_results_are_kept() -> None:
    body = {"model": "m", "input": ["first", {"role": "user", "content": "second"}]}
    assert request_columns(body, KEYED)["turn"] == 2
    results = [
        {"role": "user", "content": [{"type": "tool_result", "content": content}]}
        for content in (["a"], ["b"])
    ]
    one, other = (conversation([result], KEYED)[0] for result in results)
    assert (one.results, other.results) == (["a"], ["b"])


def test_a_request_cannot_bring_its_own_headers_or_a_second_body(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    ask = {
        "model": "m",
        "messages": [{"role": "user", "content": "real"}],
        "body": {"messages": [{"role": "user", "content": "other"}]},
        "headers": {"x-forwarded-for": "203.0.113.9", "authorization": "Bearer other"},
    }
    pair = {
        "request_id": "1",
        "timestamp": "2026-02-23T10:00:00Z",
        "account_id": "a",
        "request": ask,
        "response": '{"status_code": 500, "body": "x", "task": 1}',
    }
    (tmp_path / "a.jsonl").write_bytes(orjson.dumps(pair))
    [row] = read(tmp_path).rows
    assert (row["prompt_text"], row["client_ip"], row["credential_id"]) == ("real", None, None)
    assert (row["http_status"], row["response_text"]) == (None, pair["response"])
