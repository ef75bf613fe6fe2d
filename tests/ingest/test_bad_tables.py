"""Damaged tables: what can be read is read, and the rest is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def test_a_truncated_parquet_file_is_told_and_the_other_files_are_read(
    read: Callable[..., Any], parquet: Callable[..., None], tmp_path: Path
) -> None:
    parquet(tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "b.parquet").write_bytes(whole[: len(whole) // 2])
    result = read(tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert len(result.rows) == 4000
    assert result.reasons == {"truncated_file": 1}
    assert "b.parquet" in result.quarantined[0]["file"]


def test_a_damaged_row_group_loses_its_rows_only(
    read: Callable[..., Any], parquet: Callable[..., None], tmp_path: Path
) -> None:
    path = tmp_path / "a.parquet"
    parquet(path)
    data = bytearray(path.read_bytes())
    where = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    data[where : where + 400] = b"\xff" * 400
    path.write_bytes(bytes(data))
    result = read(path)
    assert len(result.rows) == 3000
    assert result.reasons == {"unreadable_file": 1}
    assert "rows 1001 to 2000" in result.quarantined[0]["detail"]


def test_a_csv_row_with_too_few_fields_is_quarantined_by_its_number(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "exchange_id,started_at,account_id,temperature\n"
        '1,2026-02-23,a,0.5\n2,2026-02-23\n"3",2026-02-23T10:00:00Z,"a",\n4,never,a,1\n'
    )
    result = read(path)
    assert result.ids == ["1", "3"]
    assert {(e["row"], e["reason"]) for e in result.quarantined} == {
        (2, "does_not_parse"),
        (4, "wrong_type"),
    }


def test_a_csv_with_a_broken_byte_loses_that_row_only(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        b"exchange_id,started_at,account_id\n1,2026-02-23,a\n2,2026-02-23,\xff\n3,2026-02-23,b\n"
    )
    result = read(path)
    assert result.ids == ["1", "3"]
    assert result.reasons == {"invalid_utf8": 1}
    assert result.quarantined[0]["row"] == 2
