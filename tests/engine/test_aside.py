"""A second engine beside the first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from stillwatch.engine import DuckDB

NUMBERS = pa.table({"n": pa.array(range(10), pa.int64())})


def _numbers(engine: DuckDB, table: str) -> list[int]:
    found: list[int] = engine.fetch(f"SELECT n FROM {table} ORDER BY n")["n"].to_pylist()
    return found


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDB]:
    with DuckDB(memory="512MiB", folder=tmp_path) as opened:
        opened.spool("number", NUMBERS.to_batches(), NUMBERS.schema)
        yield opened


def test_a_second_engine_reads_what_was_spooled_and_keeps_its_tables_apart(engine: DuckDB) -> None:
    engine.create("even", "SELECT n FROM number WHERE n % 2 = 0")
    with engine.aside("number") as other:
        other.create("even", "SELECT n FROM number WHERE n % 4 = 0")
        assert _numbers(other, "even") == [0, 4, 8]
    assert _numbers(engine, "even") == [0, 2, 4, 6, 8]


def test_a_second_engine_can_be_given_some_of_the_rows(engine: DuckDB) -> None:
    with engine.aside("number", "SELECT n FROM number WHERE n > 6") as other:
        assert _numbers(other, "number") == [7, 8, 9]
    assert len(_numbers(engine, "number")) == 10


def test_the_two_share_the_memory_and_the_first_gets_all_of_it_back(engine: DuckDB) -> None:
    limit = "SELECT current_setting('memory_limit') AS memory"
    whole = engine.fetch(limit)["memory"][0].as_py()
    with engine.aside("number") as other:
        halves = {e.fetch(limit)["memory"][0].as_py() for e in (engine, other)}
        assert halves == {"256.0 MiB"}
    assert engine.fetch(limit)["memory"][0].as_py() == whole == "512.0 MiB"


def test_nothing_of_the_second_engine_is_left_on_disk(engine: DuckDB, tmp_path: Path) -> None:
    before = {p.name for p in tmp_path.rglob("*.parquet")}
    with engine.aside("number", "SELECT n FROM number"):
        pass
    assert {p.name for p in tmp_path.rglob("*.parquet")} == before
    assert len(list(next(tmp_path.iterdir()).glob("stillwatch-*"))) == 0
