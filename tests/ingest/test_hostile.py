"""Input that somebody sends on purpose, or a warehouse by accident: bounded, told, survived."""

from __future__ import annotations

import gzip
import os
import random
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.ingest import sources
from stillwatch.ingest.moments import moment, moments
from stillwatch.ingest.quarantine import without_keys

Read = Callable[..., Any]
Line = Callable[..., str]
WHEN = "2026-02-23T10:00:00Z"


def _parquet(path: Path, **columns: pa.Array) -> Path:
    rows = len(next(iter(columns.values())))
    known = {
        "exchange_id": pa.array([f"p{i}" for i in range(rows)]),
        "started_at": pa.array([WHEN] * rows),
        "account_id": pa.array(["a"] * rows),
    }
    pq.write_table(pa.table(known | columns), path)
    return path


def _mangled(texts: list[bytes | None]) -> pa.Array:
    """Bytes under a type that says they are UTF-8, as some writers leave them."""
    return pa.array(texts, pa.binary()).view(pa.string())


@pytest.mark.parametrize(
    "when", ["0001-01-01T00:00:00+01:00", 2**62, 10**23 - 1, -(2**63), "1e300"]
)
def test_no_time_is_too_extreme_to_be_rejected_alone(
    read: Read, line: Line, tmp_path: Path, when: object
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([line("1"), line("2", started_at=str(when)), line("3")]))
    result = read(path)
    assert result.ids == ["1", "3"]
    assert sum(result.reasons.values()) == 1
    assert set(result.reasons) <= {"impossible_time", "wrong_type"}


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo"])
def test_a_moment_of_a_table_may_be_anything(
    read: Read, tmp_path: Path, unit: str, zone: str | None
) -> None:
    now = int(datetime(2026, 2, 23, tzinfo=UTC).timestamp())
    scale = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    far = 2**62 if unit != "s" else 2**52  # Parquet keeps seconds as milliseconds
    times = pa.array([now * scale, far, -far, None], pa.timestamp(unit, tz=zone))
    result = read(_parquet(tmp_path / "a.parquet", started_at=times))
    assert result.ids == ["p0"]
    assert sum(result.reasons.values()) == 3


@pytest.mark.parametrize("name", ["exchange_id", "account_id", "prompt_text", "tool_names", "n"])
@pytest.mark.parametrize("inside", [pa.timestamp("us"), pa.list_(pa.timestamp("ns")), pa.date32()])
def test_moments_in_another_column_are_a_wrong_type_and_no_end(
    read: Read, tmp_path: Path, name: str, inside: pa.DataType
) -> None:
    one: object = 2**62 if not pa.types.is_date32(inside) else 2**30
    values = pa.array([[one] if pa.types.is_list(inside) else one, None], inside)
    result = read(_parquet(tmp_path / "a.parquet", **{name: values}))
    told = result.summary.values_dropped.total() + sum(result.reasons.values())
    assert told >= 1
    assert len(result.rows) + sum(result.reasons.values()) == 2 or result.error


def test_text_that_is_no_utf8_is_found_in_tables_too(read: Read, tmp_path: Path) -> None:
    texts = _mangled([b"fine", b"\xff\xfe broken", None])
    result = read(_parquet(tmp_path / "a.parquet", prompt_text=texts))
    assert [row["prompt_text"] for row in result.rows] == ["fine", None, None]
    assert result.summary.values_dropped == {"prompt_text": 1}
    assert result.quarantined[0]["reason"] == "invalid_utf8"


@pytest.mark.parametrize("name", ["exchange_id", "account_id"])
def test_an_id_that_is_no_utf8_rejects_its_row_alone(read: Read, tmp_path: Path, name: str) -> None:
    result = read(_parquet(tmp_path / "a.parquet", **{name: _mangled([b"x", b"\xc3\x28"])}))
    assert len(result.rows) == 1
    assert result.reasons == {"invalid_utf8": 1}


@pytest.mark.parametrize("name", ["credential_id", "client_ip", "client_net", "end_user_id"])
def test_what_is_hashed_may_be_no_utf8(read: Read, tmp_path: Path, name: str) -> None:
    result = read(_parquet(tmp_path / "a.parquet", **{name: _mangled([b"198.51.100.7", b"\xff"])}))
    assert len(result.rows) == 2
    assert result.rows[1][name] is None


def test_epoch_milliseconds_are_never_a_day_of_the_eighteenth_century() -> None:
    """ "1771122512345" is also 1771-12-25 in ISO 8601's basic form; 0.5 % of 2026 is so."""
    chance = random.Random(1)
    start = 1_767_225_600_000
    for value in (start + chance.randrange(365 * 86_400_000) for _ in range(20_000)):
        assert moment(str(value)) == value * 1_000
    assert moment("20260223") == moment("2026-02-23")


@pytest.mark.parametrize("end", [" UTC", " utc", "UTC", " GMT"])
def test_a_zone_may_be_spelt_out(end: str) -> None:
    written = f"2026-02-23 10:00:00.123456{end}"
    wanted = moment("2026-02-23T10:00:00.123456Z")
    assert moment(written) == wanted
    assert moments(pa.array([written])).cast(pa.int64()).to_pylist() == [wanted]


def test_a_new_key_on_every_line_costs_no_memory(read: Read, line: Line, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(line(str(i), metadata={f"k{i}": i}) for i in range(4_000)))
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    result = read(path)
    peak = tracemalloc.get_traced_memory()[1] + pa.default_memory_pool().max_memory() - before
    tracemalloc.stop()
    assert len(result.rows) == 4_000
    assert set(result.summary.unknown_columns) == {"metadata"}
    assert peak < 200 << 20


@pytest.mark.parametrize(
    ("name", "value"),
    [("tool_names", "search"), ("image_digests", "abc"), ("n", 1.5), ("input_tokens", 7.9)],
)
def test_a_wrong_type_becomes_nothing_and_never_something_else(
    read: Read, line: Line, tmp_path: Path, name: str, value: object
) -> None:
    for beside in ({}, {"unknown": {"a": [1]}}, {"temperature": "x"}):
        path = tmp_path / "a.jsonl"
        path.write_text("\n".join([line("1", **{name: value}, **beside), line("2")]))
        result = read(path)
        assert [row[name] for row in result.rows] == [None, None]
        assert result.summary.values_dropped[name] == 1


def test_several_objects_without_anything_between_them_are_read(
    read: Read, line: Line, tmp_path: Path
) -> None:
    path = tmp_path / "delivery-1"
    path.write_text("".join(line(str(i)) for i in range(5)))
    assert read(path).ids == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("share", [0.2, 0.6, 0.999])
def test_a_damaged_gzip_file_gives_every_line_before_the_damage(
    read: Read, line: Line, tmp_path: Path, share: float
) -> None:
    chance = random.Random(3)
    texts = [line(str(i), prompt_text=chance.randbytes(90).hex()) for i in range(20_000)]
    packed = gzip.compress("\n".join(texts).encode())
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(packed[: int(len(packed) * share)])
    result = read(path)
    lost = int(20_000 * (1 - share)) + 400
    assert len(result.rows) > 20_000 - lost
    assert result.reasons["truncated_file"] == 1


def test_a_small_packed_file_that_is_cut_is_read_as_far_as_it_goes(
    read: Read, line: Line, tmp_path: Path
) -> None:
    chance = random.Random(3)
    texts = [line(str(i), prompt_text=chance.randbytes(90).hex()) for i in range(100)]
    packed = gzip.compress("\n".join(texts).encode())
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(packed[: len(packed) // 2])
    result = read(path)
    assert 20 < len(result.rows) < 80
    assert result.reasons["truncated_file"] == 1


def test_the_folder_of_the_results_is_never_read(line: Line, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(line("1"))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "quarantine.jsonl").write_text(line("2"))
    found = sources([tmp_path], leave_out=tmp_path / "out")
    assert [(s.path, s.note) for s in found] == [(str(tmp_path / "a.jsonl"), "")]


def test_links_are_followed_once_and_what_is_no_file_is_told(
    read: Read, line: Line, tmp_path: Path
) -> None:
    logs, elsewhere = tmp_path / "logs", tmp_path / "elsewhere"
    logs.mkdir()
    elsewhere.mkdir()
    (logs / "a.jsonl").write_text(line("1"))
    (elsewhere / "b.jsonl").write_text(line("2"))
    (logs / "other").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(logs)
    os.mkfifo(logs / "pipe")
    result = read(logs)
    assert sorted(result.ids) == ["1", "2"]
    assert "pipe" in result.summary.skipped[str(logs / "pipe")]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_that_may_not_be_read_is_told(read: Read, line: Line, tmp_path: Path) -> None:
    closed = tmp_path / "logs" / "closed"
    closed.mkdir(parents=True)
    (tmp_path / "logs" / "a.jsonl").write_text(line("1"))
    closed.chmod(0)
    result = read(tmp_path / "logs")
    closed.chmod(0o700)
    assert "cannot be read" in result.summary.skipped[str(closed)]


def test_the_quarantine_of_an_earlier_run_does_not_outlive_a_clean_one(
    read: Read, line: Line, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([line("1"), "{"]))
    assert len(read(path).quarantined) == 1
    path.write_text(line("1"))
    assert read(path).quarantined == []
    assert not [*(tmp_path / "quarantine").iterdir()]


@pytest.mark.parametrize("name", ["credential_id", "api_key", "Authorization", "client_ip"])
def test_the_quarantine_hides_fields_that_bear_keys_and_addresses(name: str) -> None:
    record = orjson.dumps({name: 'My"Gateway\\Key-77aa', "n": 1}).decode()
    assert "77aa" not in without_keys(record)
    assert orjson.loads(without_keys(record))["n"] == 1
    assert without_keys(f'{{"{name}": "h:0a1b"}}') == f'{{"{name}": "h:0a1b"}}'
