from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from stillwatch.errors import ConfigError
from stillwatch.ingest import Mapping, load_mapping, preset_names, sources

_YAML = """\
columns:
  exchange_id: request_uuid
  started_at: {from: ts, unit: ms}
  duration_ms: {from: latency_s, multiply: 1000}
  ttft_ms: {from: first_s, unit: s}
  account_id: {from: [org_id, user_id]}
  channel: {value: api}
  prompt_text: {from: request.body.prompt}
"""
_ROWS = [
    {
        "request_uuid": "1",
        "ts": 1_771_840_800_000,
        "latency_s": 1.5,
        "first_s": 0.25,
        "org_id": None,
        "user_id": "u",
        "request": {"body": {"prompt": "hi"}},
    },
    {
        "request_uuid": "2",
        "ts": 1_771_840_801_000,
        "latency_s": 2.0,
        "first_s": None,
        "org_id": "o",
        "user_id": "u",
        "request": {"body": {"prompt": None}},
    },
]


@pytest.fixture
def mapping(tmp_path: Path) -> Mapping:
    (tmp_path / "map").mkdir()
    path = tmp_path / "map" / "m.yaml"
    path.write_text(_YAML)
    return load_mapping(path)


def _told(result: Any) -> list[tuple[object, ...]]:  # noqa: ANN401 the result of `read`
    names = ("exchange_id", "duration_ms", "ttft_ms", "account_id", "channel", "prompt_text")
    return [tuple(row[name] for name in names) for row in result.rows]


_WANTED = [("1", 1500.0, 250.0, "u", "api", "hi"), ("2", 2000.0, None, "o", "api", None)]


@pytest.mark.parametrize("shape", ["parquet", "parquet with JSON text", "jsonl", "csv"])
def test_one_mapping_reads_the_same_rows_from_any_file(
    read: Callable[..., Any], mapping: Mapping, tmp_path: Path, shape: str
) -> None:
    path = tmp_path / "export"
    flat = [{**row, "request": orjson.dumps(row["request"]).decode()} for row in _ROWS]
    if shape == "parquet":
        pq.write_table(pa.Table.from_pylist(_ROWS), path)
    elif shape == "parquet with JSON text":
        pq.write_table(pa.Table.from_pylist(flat), path)
    elif shape == "csv":
        pyarrow.csv.write_csv(pa.Table.from_pylist(flat), path)
    else:
        path.write_bytes(b"\n".join(orjson.dumps(row) for row in _ROWS))
    result = read(path, mapping=mapping)
    assert _told(result) == _WANTED
    assert result.rows[0]["started_at"].isoformat() == "2026-02-23T10:00:00+00:00"


def test_a_mapped_table_without_the_mapping_is_skipped_aloud(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(_ROWS), tmp_path / "a.parquet")
    [source] = sources([tmp_path / "a.parquet"])
    assert source.note.startswith("not exchanges")


def test_all_faults_of_a_mapping_file_are_told_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(
        "columns:\n  exchange_id: id\n  acount_id: user\n  duration_ms: {from: x, unit: h}\n"
        "  channel: {}\nsurplus: 1\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_mapping(path)
    told = caught.value.found
    assert f"{path}:3:3: 'acount_id' is no canonical column; did you mean 'account_id'?" in told
    assert f"{path}:4:" in told
    assert f"{path}:5:" in told
    assert f"{path}:6:1" in told
    assert "required, not mapped: started_at, account_id" in told


def test_an_unknown_preset_names_the_closest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'helicone'"):
        load_mapping("helicon")


_CHAT_ASK = {
    "model": "g",
    "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "hi"}],
}
_CHAT_TOLD = {"choices": [{"message": {"content": "yo"}, "finish_reason": "stop"}]}
_PRESETS = {
    "helicone": {
        "request_id": "1",
        "request_created_at": "2026-02-23 10:00:00.000",
        "latency": 900,
        "status": 200,
        "user_id": "",
        "organization_id": "o",
        "properties": {"Helicone-Session-Id": "s1"},
        "model": "g",
        "prompt_tokens": 3,
        "completion_tokens": 2,
        "time_to_first_token": 90,
        "request_body": orjson.dumps(_CHAT_ASK).decode(),
        "response_body": orjson.dumps(_CHAT_TOLD).decode(),
    },
    "portkey": {
        "trace_id": "1",
        "created_at": "2026-02-23T10:00:00Z",
        "response_time": 900,
        "ai_model": "g",
        "metadata": {"_user": "o"},
        "req_units": 3,
        "res_units": 2,
        "response_status_code": 200,
        "request": {"body": _CHAT_ASK},
        "response": {"body": _CHAT_TOLD},
    },
    "langfuse": {
        "id": "1",
        "start_time": "2026-02-23 10:00:00.000000",
        "latency": 0.9,
        "time_to_first_token": 0.09,
        "user_id": "o",
        "project_id": "p",
        "provided_model_name": "g",
        "usage_details": {"input": 3, "output": 2},
        "model_parameters": '{"temperature": 0.5}',
        "input": orjson.dumps(_CHAT_ASK["messages"]).decode(),
        "output": '{"role": "assistant", "content": "yo"}',
    },
    "vertex": {
        "request_id": "1",
        "logging_time": "2026-02-23T10:00:00Z",
        "endpoint": "o",
        "model": "g",
        "metadata": {"request_latency": 900},
        "full_request": {
            "contents": [{"role": "user", "parts": [{"text": "hi"}]}],
            "system_instruction": {"parts": [{"text": "s"}]},
        },
        "full_response": {
            "candidates": [{"content": {"role": "model", "parts": [{"text": "yo"}]}}],
            "usage_metadata": {
                "prompt_token_count": 3,
                "candidates_token_count": 1,
                "thoughts_token_count": 1,
            },
        },
    },
}


def test_every_preset_has_a_test_row() -> None:
    assert preset_names() == sorted(_PRESETS)


@pytest.mark.parametrize("name", sorted(_PRESETS))
@pytest.mark.parametrize("shape", ["jsonl", "parquet"])
def test_a_preset_reads_its_row(
    read: Callable[..., Any], tmp_path: Path, name: str, shape: str
) -> None:
    path = tmp_path / "export"
    if shape == "jsonl":
        path.write_bytes(orjson.dumps(_PRESETS[name]))
    else:
        pq.write_table(pa.Table.from_pylist([_PRESETS[name]]), path)
    result = read(path, mapping=load_mapping(name))
    [row] = result.rows
    assert (row["exchange_id"], row["account_id"], row["prompt_text"]) == ("1", "o", "hi")
    assert (row["system_text"], row["response_text"]) == ("s", "yo")
    assert (row["input_tokens"], row["output_tokens"]) == (3, 2)
    assert row["duration_ms"] == pytest.approx(900)
    assert row["model"] == "g"
    assert not result.summary.values_dropped
