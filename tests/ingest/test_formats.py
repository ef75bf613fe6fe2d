"""Walks the registry: every format reads its own example, alone and in any packing."""

from __future__ import annotations

import base64
import copy
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from stillwatch.ingest import known_formats, sources
from stillwatch.ingest.importer import DocumentFormat, TableFormat
from stillwatch.ingest.registry import document_formats


def _write(unit: DocumentFormat | TableFormat, path: Path) -> None:
    if isinstance(unit, DocumentFormat):
        path.write_bytes(orjson.dumps(unit.example) + b"\n")
    else:
        unit.write_example(path)


@pytest.mark.parametrize("name", sorted(known_formats()))
def test_a_format_recognises_and_reads_its_example(
    read: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    unit = known_formats()[name]
    _write(unit, tmp_path / "example")
    [source] = sources([tmp_path / "example"])
    assert source.format == name
    for options in ({}, {"format": name}):
        result = read(tmp_path / "example", **options)
        assert len(result.rows) == unit.exchanges
        assert result.summary.found() == unit.exchanges
        assert all(row["account_id"] and row["started_at"] for row in result.rows)


@pytest.mark.parametrize("name", sorted(known_formats()))
def test_a_format_reads_its_example_gzipped(
    read: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    unit = known_formats()[name]
    _write(unit, tmp_path / "example")
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress((tmp_path / "example").read_bytes()))
    assert len(read(packed).rows) == unit.exchanges


@pytest.mark.parametrize("unit", document_formats(), ids=lambda unit: unit.name)
def test_no_two_formats_claim_one_document(unit: DocumentFormat) -> None:
    claims = [other.name for other in document_formats() if other.recognise(unit.example)]
    assert claims == [unit.name]


@pytest.mark.parametrize("unit", document_formats(), ids=lambda unit: unit.name)
def test_a_document_gutted_of_its_values_is_never_a_crash(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path, unit: DocumentFormat
) -> None:
    broken = [
        dict.fromkeys(unit.example, junk) for junk in (None, "x", 7, [], {}, [1], [{}], {"a": 1})
    ]
    lines = [orjson.dumps(one).decode() for one in broken]
    (tmp_path / "a.jsonl").write_text("\n".join([*lines, line("good")]))
    result = read(tmp_path / "a.jsonl")
    assert "good" in result.ids


def test_a_pair_gives_every_column_that_it_holds(read: Callable[..., Any], tmp_path: Path) -> None:
    pair = {
        "request_id": "r1",
        "timestamp": 1_771_840_800,
        "account_id": "a1",
        "client_ip": "203.0.113.9",
        "request_headers": {"User-Agent": "sdk/1", "Authorization": "Bearer " + "sk-" + "x" * 20},
        "status_code": 200,
        "latency_ms": 12.5,
        "request": {
            "model": "claude-x",
            "max_tokens": 99,
            "temperature": 0.3,
            "system": [{"type": "text", "text": "be brief"}],
            "tools": [{"name": "f"}, {"name": "g"}],
            "metadata": {"user_id": "u"},
            "messages": [
                {"role": "user", "content": "first"},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": "t", "signature": "S1"},
                        {"type": "redacted_thinking", "data": "S2"},
                        {"type": "text", "text": "answer"},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "second"},
                        {"type": "image", "source": {"type": "base64", "data": "aGk="}},
                    ],
                },
            ],
        },
        "response": {
            "type": "message",
            "stop_reason": "end_turn",
            "content": [{"type": "text", "text": "ok"}],
        },
    }
    (tmp_path / "a.jsonl").write_bytes(orjson.dumps(pair))
    [row] = read(tmp_path / "a.jsonl").rows
    assert (row["system_text"], row["prompt_text"], row["turn"]) == ("be brief", "second", 2)
    assert len(row["history_digests"]) == 2
    assert len(row["reasoning_in"]) == 2
    assert row["tool_names"] == ["f", "g"]
    assert row["image_digests"][0].startswith("sha256:8f434346648f6b96df89dda901c5176b")
    assert (row["temperature"], row["max_output_tokens"], row["end_user_id"]) == (0.3, 99, "u")
    assert (row["user_agent"], row["http_status"], row["duration_ms"]) == ("sdk/1", 200, 12.5)
    assert row["credential_id"].startswith("h:")
    assert row["response_text"] == "ok"


def test_a_block_issued_and_later_presented_has_one_digest(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    block = {"type": "thinking", "thinking": "t", "signature": "SIG"}
    base = {"timestamp": "2026-02-23T10:00:00Z", "account_id": "a"}
    issue = {
        **base,
        "request_id": "1",
        "request": {"model": "claude", "messages": [{"role": "user", "content": "q"}]},
        "response": {"type": "message", "content": [block]},
    }
    replay = {
        **base,
        "request_id": "2",
        "request": {
            "model": "claude",
            "messages": [
                {"role": "user", "content": "q"},
                {"role": "assistant", "content": [block]},
                {"role": "user", "content": "r"},
            ],
        },
        "response": {"type": "message", "content": []},
    }
    (tmp_path / "a.jsonl").write_bytes(orjson.dumps(issue) + b"\n" + orjson.dumps(replay))
    first, second = read(tmp_path / "a.jsonl").rows
    assert first["reasoning_out"] == second["reasoning_in"]


def test_a_spendlogs_row_is_truncated_redacted_or_absent_as_it_says(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    example = dict(known_formats()["spendlogs"].example)
    long = "head" * 100 + "... (litellm_truncated skipped 900 chars) ..." + "tail" * 100
    cases = {
        "truncated": (f'{{"messages": [{{"role": "user", "content": "{long}"}}]}}', "{}"),
        "redacted": ('{"messages": [{"role": "user", "content": "redacted-by-litellm"}]}', "{}"),
        "absent": ("{}", "{}"),
    }
    lines = [
        orjson.dumps(
            {**example, "litellm_call_id": state, "proxy_server_request": ask, "response": told}
        )
        for state, (ask, told) in cases.items()
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    found = {row["exchange_id"]: row["content_state"] for row in read(tmp_path).rows}
    assert found == {state: state for state in cases}


def test_a_record_without_any_account_falls_back_to_its_key_else_is_told(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    example = dict(known_formats()["litellm"].example)
    keyed = {**example, "litellm_call_id": "1", "metadata": {"user_api_key_hash": "k"}}
    lost = {**example, "litellm_call_id": "2", "metadata": {}}
    (tmp_path / "a.jsonl").write_bytes(orjson.dumps(keyed) + b"\n" + orjson.dumps(lost))
    result = read(tmp_path)
    assert result.ids == ["1"]
    assert result.reasons == {"missing_account_id": 1}


def test_a_spendlogs_table_in_csv_and_parquet_is_read(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    table = pa.Table.from_pylist([dict(known_formats()["spendlogs"].example)] * 3)
    pq.write_table(table, tmp_path / "a.parquet")
    pyarrow.csv.write_csv(table, tmp_path / "b.csv")
    rows = read(tmp_path).rows
    assert len(rows) == 6
    assert all(row["prompt_text"] == "hi" and row["input_tokens"] == 3 for row in rows)


def test_hex_and_base64_ids_of_a_span_give_one_exchange_id(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    hexed = known_formats()["otlp"].example
    based = copy.deepcopy(hexed)
    span = based["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    for name in ("traceId", "spanId"):
        span[name] = base64.b64encode(bytes.fromhex(span[name])).decode()
    (tmp_path / "a.jsonl").write_bytes(orjson.dumps(hexed) + b"\n" + orjson.dumps(based))
    assert len(set(read(tmp_path).ids)) == 1


def test_a_content_event_of_the_latest_conventions_is_an_exchange(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    def attribute(key: str, **value: object) -> dict[str, object]:
        return {"key": key, "value": value}

    messages = '[{"role": "user", "parts": [{"type": "text", "content": "hi"}]}]'
    log = {
        "timeUnixNano": "1771840800000000000",
        "traceId": "5b8aa5a2d2c872e8321cf37308d69df2",
        "spanId": "051581bf3cb55c13",
        "eventName": "gen_ai.client.inference.operation.details",
        "attributes": [
            attribute("gen_ai.operation.name", stringValue="chat"),
            attribute("gen_ai.request.model", stringValue="m"),
            attribute("gen_ai.input.messages", stringValue=messages),
            attribute("gen_ai.usage.input_tokens", intValue="7"),
            attribute("gen_ai.response.time_to_first_chunk", doubleValue=0.25),
            attribute("user.id", stringValue="a1"),
        ],
    }
    document = {"resourceLogs": [{"scopeLogs": [{"logRecords": [log, {"eventName": "other"}]}]}]}
    (tmp_path / "a.json").write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    result = read(tmp_path)
    [row] = result.rows
    assert (row["prompt_text"], row["input_tokens"], row["ttft_ms"]) == ("hi", 7, 250.0)
    assert result.summary.not_an_exchange == {"log record: other": 1}


def test_a_streamed_bedrock_log_is_put_together_and_counts_cache(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    example = dict(known_formats()["bedrock"].example)
    events = [
        {"type": "message_start", "message": {"usage": {"input_tokens": 1}}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "he"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "llo"}},
    ]
    example["operation"] = "InvokeModelWithResponseStream"
    example["output"] = {"outputBodyJson": events, "outputTokenCount": 2}
    example["input"] = {**example["input"], "cacheReadInputTokenCount": 10}
    (tmp_path / "a.jsonl").write_bytes(orjson.dumps(example))
    [row] = read(tmp_path).rows
    assert (row["response_text"], row["stream"], row["channel"]) == ("hello", True, "bedrock")
    assert (row["input_tokens"], row["output_tokens"]) == (13, 2)


def test_blocks_that_our_guardrail_names_count_and_not_those_in_the_logs_two_wrappings(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    document: dict[str, Any] = copy.deepcopy(known_formats()["litellm"].example)  # type: ignore[union-attr]
    block = {"type": "thinking", "thinking": "", "signature": "raw"}
    document["response"]["choices"][0]["message"]["thinking_blocks"] = [block]
    (tmp_path / "bare").write_bytes(orjson.dumps(document) + b"\n")
    named = {"stillwatch": {"reasoning_in": ["d1"], "reasoning_out": ["d2"]}}
    document["metadata"]["spend_logs_metadata"] = named
    (tmp_path / "named").write_bytes(orjson.dumps(document) + b"\n")
    [bare], [row] = read(tmp_path / "bare").rows, read(tmp_path / "named").rows
    assert bare["reasoning_in"] is None
    assert len(bare["reasoning_out"]) == 1
    assert len(row["reasoning_in"]) == len(row["reasoning_out"]) == 1
    assert len({*row["reasoning_in"], *row["reasoning_out"], *bare["reasoning_out"]}) == 3
