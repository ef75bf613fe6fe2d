"""Every table of the fold is the same on both engines, over a world made to tell them apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import both
import odd_world
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from both import Rolled

pytestmark = pytest.mark.spark

MOMENT = datetime(2026, 6, 3, 7, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture(scope="module")
def embedded(world: Path) -> Rolled:
    return both.rolled("duckdb", both.given(world), MOMENT)


@pytest.fixture(scope="module")
def spread(session: Any, world: Path) -> Rolled:  # noqa: ARG001 - it is the active one
    return both.rolled("spark", both.given(world), MOMENT)


def test_the_world_is_as_odd_as_it_says(embedded: Rolled) -> None:
    account = embedded.tables["account"]
    rows = pc.sum(account["exchanges"]).as_py()
    assert pc.max(account["exchanges"]).as_py() > 0.28 * rows
    assert pc.max(embedded.tables["stream"]["exchanges"]).as_py() > 0.45 * rows
    assert embedded.repeats == odd_world.REPEATED
    assert embedded.tables["reading"]["session"].null_count > 0.1 * rows


def test_the_files_are_as_odd_as_they_say(world: Path) -> None:
    files = sorted((world / "exchanges").rglob("*.parquet"))
    assert min(pq.read_metadata(f).num_rows for f in files) == 0
    zones = {str(pq.read_schema(f).field("started_at").type) for f in files}
    assert {"timestamp[us, tz=Asia/Kolkata]", "timestamp[ms, tz=UTC]"} <= zones
    ids = [set(pq.ParquetFile(f).read(["exchange_id"])["exchange_id"].to_pylist()) for f in files]
    common = [a & b - {None} for n, a in enumerate(ids) for b in ids[n + 1 :]]
    assert sum(map(len, common)) == odd_world.REPEATED, "what came twice lies in two files"


@pytest.mark.parametrize("name", sorted(both.TABLES))
def test_the_comparison_sees_a_cell_a_row_and_a_null_that_differ(
    embedded: Rolled, name: str
) -> None:
    table = embedded.tables[name]
    assert both.differences({name: table}, {name: table}) == []
    assert both.differences({name: table}, {name: table.slice(1)}) != []
    for column in table.column_names:
        values = table[column].to_pylist()
        at = next((i for i, v in enumerate(values) if v not in (None, [], float("nan"))), None)
        if at is None:
            continue
        for changed in (None, _another(values[at])):
            other = pa.array([*values[:at], changed, *values[at + 1 :]], table[column].type)
            place = table.column_names.index(column)
            found = both.differences({name: table}, {name: table.set_column(place, column, other)})
            assert found == [f"{name}.{column}"]


def _another(value: Any) -> Any:
    """A value that is a little different."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return value * (1 + 1e-7) + 1e-7
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, list):
        return [*value, 0]
    return value + ("x" if isinstance(value, str) else 1)


def test_every_table_of_the_fold_is_the_same(embedded: Rolled, spread: Rolled) -> None:
    assert both.differences(embedded.tables, spread.tables) == []


def test_what_was_refused_and_given_up_is_counted_alike(embedded: Rolled, spread: Rolled) -> None:
    one, other = embedded.summary, spread.summary
    assert one.rejected.total() == odd_world.REFUSED
    assert one.values_dropped == {"output_tokens": 20}
    assert (other.accepted, other.rejected, other.values_dropped) == (
        one.accepted,
        one.rejected,
        one.values_dropped,
    )


def test_what_was_delivered_twice_counts_once(embedded: Rolled, spread: Rolled) -> None:
    assert embedded.repeats == spread.repeats == odd_world.REPEATED


def test_an_earlier_moment_cuts_at_the_same_exchange(embedded: Rolled, spread: Rolled) -> None:
    known = embedded.tables["reading"].num_rows
    assert 0.1 * known < embedded.earlier.num_rows < 0.9 * known
    assert embedded.earlier.equals(spread.earlier.cast(embedded.earlier.schema))
