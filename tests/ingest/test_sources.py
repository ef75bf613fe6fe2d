from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.ingest import sources


@pytest.mark.parametrize("kind", ["none", "gzip", "zstd"])
def test_plain_gzip_and_zstd_give_the_same(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path, kind: str
) -> None:
    data = "\n".join(line(str(i)) for i in range(500)).encode()
    path = tmp_path / "logs"
    if kind == "none":
        path.write_bytes(data)
    else:
        with pa.CompressedOutputStream(str(path), kind) as out:
            out.write(data)
    [source] = sources([path])
    assert (source.compression, source.format) == (kind, "jsonl")
    assert read(path).ids == [str(i) for i in range(500)]


def test_a_gzip_of_several_members_is_read_to_its_end(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(b"".join(gzip.compress(f"{line(str(i))}\n".encode()) for i in range(3)))
    assert read(path).ids == ["0", "1", "2"]


def test_a_folder_is_read_below_sorted_and_without_hidden_files(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    for name in ("b/2.jsonl", "a/1.jsonl", ".hidden/3.jsonl", "a/.4.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(line(name[-7:-6]))
    assert read(tmp_path).ids == ["1", "2"]


def test_a_pattern_gives_the_files_that_fit_it(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    for name in ("x1.jsonl", "x2.jsonl", "y.jsonl"):
        (tmp_path / name).write_text(line(name))
    assert read(f"{tmp_path}/x*.jsonl").ids == ["x1.jsonl", "x2.jsonl"]


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input_is_read(
    *,
    read: Callable[..., Any],
    line: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    packed: bool,
) -> None:
    data = "\n".join(line(str(i)) for i in range(50)).encode()
    raw = io.BufferedReader(io.BytesIO(gzip.compress(data) if packed else data), 1 << 16)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
    assert read("-").ids == [str(i) for i in range(50)]


def test_parquet_on_standard_input_is_read(
    read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    row = {"exchange_id": ["1"], "started_at": ["2026-02-23"], "account_id": ["a"]}
    pq.write_table(pa.table(row), out)
    raw = io.BufferedReader(io.BytesIO(out.getvalue()), 1 << 16)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
    assert read("-").ids == ["1"]


def test_account_and_release_tables_are_skipped_aloud(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    accounts = {"account_id": ["a"], "created_at": ["2026-01-01"], "tier": ["free"]}
    pq.write_table(pa.table(accounts), tmp_path / "accounts.parquet")
    (tmp_path / "accounts.jsonl").write_text(
        '{"account_id": "a", "tier": "free", "sso": true}\n' * 2
    )
    (tmp_path / "releases.csv").write_text("model,released_at\nm,2026-01-01\n")
    (tmp_path / "truth.csv").write_text("account_id,campaign_id\na,c\n")
    (tmp_path / "notes.md").write_text("# Notes\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (tmp_path / "x.jsonl").write_text(line("1"))
    result = read(tmp_path)
    assert result.ids == ["1"]
    assert not result.reasons
    assert len(result.summary.skipped) == 6
    assert all(why.startswith("not exchanges") for why in result.summary.skipped.values())


def test_a_pretty_printed_document_and_an_array_are_read(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    values = [orjson.loads(line(str(i))) for i in range(3)]
    (tmp_path / "1.json").write_bytes(orjson.dumps(values[0], option=orjson.OPT_INDENT_2))
    (tmp_path / "2.json").write_bytes(orjson.dumps(values[1:], option=orjson.OPT_INDENT_2))
    assert read(tmp_path).ids == ["0", "1", "2"]


def test_an_array_larger_than_the_limit_is_read_element_by_element(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    path.write_text("[" + ", ".join(line(str(i), prompt_text='"[{' * 50) for i in range(200)) + "]")
    result = read(path, longest_line=5_000)
    assert result.ids == [str(i) for i in range(200)]


def test_unknown_columns_are_counted_and_ignored(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    row = {"exchange_id": ["1"], "started_at": ["2026-02-23"], "account_id": ["a"], "spare": [1]}
    pq.write_table(pa.table(row), tmp_path / "a.parquet")
    (tmp_path / "b.jsonl").write_text(line("2", spare=2))
    assert read(tmp_path).summary.unknown_columns == {"spare": 2}


def test_progress_counts_rows(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text("\n".join(line(str(i)) for i in range(300)))
    told: list[tuple[int, int]] = []
    read(tmp_path, on_progress=lambda size, rows: told.append((size, rows)))
    assert told[-1][1] == 300


def test_parquet_types_that_differ_are_cast(read: Callable[..., Any], tmp_path: Path) -> None:
    row = {
        "exchange_id": pa.array([1, 2], pa.int32()),
        "started_at": pa.array([1_771_840_800_000, None], pa.int64()),
        "account_id": pa.array(["a", "b"]).dictionary_encode(),
        "temperature": pa.array(["0.5", "hot"]),
        "tool_names": pa.array([["f"], None], pa.large_list(pa.large_string())),
        "stream": pa.array(["true", "False"]),
        "n": pa.array([2.0, None]),
        "prompt_text": pa.array(["", "x"], pa.large_string()),
    }
    pq.write_table(pa.table(row), tmp_path / "a.parquet")
    result = read(tmp_path)
    [taken] = result.rows
    assert taken["exchange_id"] == "1"
    assert (taken["n"], taken["stream"], taken["tool_names"]) == (2, True, ["f"])
    assert taken["prompt_text"] is None
    assert result.reasons == {"missing_started_at": 1}
    assert result.summary.values_dropped == {"temperature": 1}
