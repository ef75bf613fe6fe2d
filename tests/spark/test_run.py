"""A whole run on Spark writes what the embedded engine writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import stillwatch
from stillwatch.errors import ConfigError, InputError

pytestmark = pytest.mark.spark

TABLES = ("accounts.parquet", "campaigns.parquet", "evidence.parquet", "members.parquet")


@pytest.fixture(scope="module")
def table(session: Any, world: Path) -> Iterator[str]:
    """The world's exchanges as a table of a database."""
    session.sql("CREATE DATABASE logs")
    files = sorted(map(str, (world / "exchanges").rglob("*.parquet")))
    rows = session.read.option("mergeSchema", "true").parquet(*files)
    rows.repartition(7).write.saveAsTable("logs.exchanges")
    yield "logs.exchanges"
    session.sql("DROP DATABASE logs CASCADE")


def test_a_table_gives_the_same_campaigns_as_the_files(
    table: str, world: Path, tmp_path: Path
) -> None:
    sides = {"accounts": world / "accounts.parquet", "releases": world / "releases.parquet"}
    one = stillwatch.detect(world / "exchanges", out=tmp_path / "one", **sides)
    other = stillwatch.detect((), engine="spark", table=table, out=tmp_path / "two", **sides)
    assert one.campaigns.num_rows > 0
    assert one.notes == other.notes != ()
    for name in TABLES:
        assert pq.read_table(tmp_path / "one" / name) == pq.read_table(tmp_path / "two" / name)
    told, too = (
        json.loads((tmp_path / run / "report.json").read_text("utf-8")) for run in ("one", "two")
    )
    assert told.pop("inputs") == [str(world / "exchanges")]
    assert too.pop("inputs") == [table]
    assert told == too


def test_a_table_that_is_not_there_is_said_in_a_sentence(session: Any) -> None:  # noqa: ARG001
    with pytest.raises(InputError, match=r"nowhere.exchanges cannot be read") as caught:
        stillwatch.detect((), engine="spark", table="nowhere.exchanges")
    assert "catalog" in caught.value.hint


def test_a_table_without_the_required_columns_is_refused(session: Any) -> None:
    session.range(3).createOrReplaceTempView("numbers")
    with pytest.raises(InputError, match="no column exchange_id, started_at, account_id"):
        stillwatch.detect((), engine="spark", table="numbers")


def test_a_table_needs_the_engine_that_knows_it() -> None:
    with pytest.raises(ConfigError, match="names a table of a Spark session"):
        stillwatch.detect((), table="logs.exchanges")


def test_a_table_and_files_are_one_too_many(session: Any, world: Path) -> None:  # noqa: ARG001
    with pytest.raises(ConfigError, match="both --table t and files"):
        stillwatch.detect(world / "exchanges", engine="spark", table="t")
