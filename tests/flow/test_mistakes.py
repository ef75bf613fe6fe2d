"""What cannot be read ends with status 2 and a sentence, and writes no results."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import flow


def _nothing(folder: Path) -> None:
    (folder / ".hidden").write_text("x")


def _random_bytes(folder: Path) -> None:
    chance = random.Random(5)
    for number in range(12):
        (folder / f"{number}.log").write_bytes(chance.randbytes(3000 + number))


def _bytes_that_look_like_text(folder: Path) -> None:
    text = bytes(b or 1 for b in random.Random(6).randbytes(4000))
    (folder / "a.csv").write_bytes(b"id\rname," + text)
    (folder / "b.txt").write_bytes(text)


def _other_json(folder: Path) -> None:
    (folder / "a.json").write_text('{"hello": [1, 2, {"x": null}]}')
    (folder / "b.jsonl").write_text('{"a": 1}\n{"a": 2}\n[]\nnull\n')


def _another_table(folder: Path) -> None:
    pq.write_table(pa.table({"x": [1, 2], "y": ["a", "b"]}), folder / "t.parquet")


def _half_a_parquet_file(folder: Path) -> None:
    columns = {"exchange_id": ["x"], "started_at": ["2026-01-01"], "account_id": ["a"]}
    pq.write_table(pa.table(columns), folder / "t.parquet")
    whole = (folder / "t.parquet").read_bytes()
    (folder / "t.parquet").write_bytes(whole[: len(whole) // 2])


def _moments_that_are_none(folder: Path) -> None:
    line = '{"exchange_id": "x", "started_at": "soon", "account_id": "a"}\n'
    (folder / "a.jsonl").write_text(line * 3)


@pytest.mark.parametrize(
    "write",
    [
        _nothing, _random_bytes, _bytes_that_look_like_text, _other_json, _another_table,
        _half_a_parquet_file, _moments_that_are_none,
    ],
)  # fmt: skip
def test_a_folder_without_exchanges_ends_with_status_2_and_a_sentence(
    tmp_path: Path, write: object
) -> None:
    folder, out = tmp_path / "logs", tmp_path / "out"
    folder.mkdir()
    write(folder)
    done = flow.command("detect", folder, "--out", out)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("stillwatch: no exchange could be read")
    assert "\n  → " in done.stderr
    assert not (out / "report.json").exists()


def test_a_moment_before_the_first_exchange_is_told(world: Path, tmp_path: Path) -> None:
    done = flow.command(
        "detect", world / "exchanges", "--as-of", "2020-01-01", "--out", tmp_path / "out"
    )
    assert done.returncode == 2
    assert "2020-01-01" in done.stderr


def test_an_account_table_that_is_none_is_told_before_the_logs_are_read(
    world: Path, tmp_path: Path
) -> None:
    (tmp_path / "accounts.csv").write_text("name,age\nx,1\n")
    done = flow.command(
        "detect", world / "exchanges", "--accounts", tmp_path / "accounts.csv",
        "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "account_id" in done.stderr
