"""What the cluster's engine promises beside giving the same rows: bounds, names, clean folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from stillwatch.engine import DuckDB
from stillwatch.engine.spark import Limits, Spark
from stillwatch.errors import ConfigError, InputError

pytestmark = pytest.mark.spark

NUMBERS = pa.table({"n": pa.array(range(20), pa.int64())})
MOMENTS = pa.table({"t": pa.array([0, 1_500_000, None], pa.timestamp("us", "UTC"))})


@pytest.fixture
def engine(session: Any, tmp_path: Path) -> Iterator[Spark]:
    limits = Limits(fetch_rows=20, beside_rows=10)
    with Spark(session, scratch=tmp_path / "scratch", limits=limits) as opened:
        opened.attach("number", NUMBERS)
        yield opened


def _numbers(engine: Any, table: str) -> list[int]:
    found: list[int] = engine.fetch(f"SELECT n FROM {table} ORDER BY n")["n"].to_pylist()
    return found


def test_a_result_of_too_many_rows_ends_the_run_and_says_which_bound(
    engine: Spark, caplog: pytest.LogCaptureFixture
) -> None:
    assert len(_numbers(engine, "number")) == 20
    with pytest.raises(InputError, match=r"21 rows; spark.fetch_rows allows 20"):
        engine.fetch("SELECT n FROM number UNION ALL SELECT 99 AS n")
    assert "spark.fetch_rows" in caplog.text


def test_few_rows_are_set_aside_in_the_driver_and_many_on_the_cluster(
    engine: Spark, caplog: pytest.LogCaptureFixture
) -> None:
    with engine.aside("number", "SELECT n FROM number WHERE n < 10") as few:
        assert isinstance(few, DuckDB)
        assert _numbers(few, "number") == list(range(10))
    with engine.aside("number") as many:
        assert isinstance(many, Spark)
        assert _numbers(many, "number") == list(range(20))
    assert "spark.look_back_rows" in caplog.text


def test_a_view_means_what_its_names_mean_when_it_is_read(engine: Spark) -> None:
    engine.create("some", "SELECT n FROM number WHERE n < 2")
    engine.view("seen", "SELECT n FROM some")
    engine.create("some", "SELECT n FROM number WHERE n > 17")
    assert _numbers(engine, "seen") == [18, 19]


def test_a_table_may_be_made_out_of_itself(engine: Spark) -> None:
    engine.create("some", "SELECT n FROM number WHERE n < 3")
    engine.create("some", "SELECT n FROM some WHERE n > 0")
    assert _numbers(engine, "some") == [1, 2]


def test_what_is_dropped_or_replaced_is_deleted(engine: Spark, tmp_path: Path) -> None:
    for _ in range(3):
        engine.create("some", "SELECT n FROM number")
    assert len(list((tmp_path / "scratch").glob("*/*"))) == 1
    engine.drop("some")
    engine.drop("never made")
    assert list((tmp_path / "scratch").glob("*/*")) == []


def test_a_table_that_cannot_be_made_keeps_the_one_before(engine: Spark, tmp_path: Path) -> None:
    engine.create("some", "SELECT n FROM number WHERE n = 7")
    with pytest.raises(InputError, match="some cannot be made"):
        engine.create("some", "SELECT n * 9223372036854775807 AS n FROM number")
    assert _numbers(engine, "some") == [7]
    assert len(list((tmp_path / "scratch").glob("*/*"))) == 1


def test_an_empty_table_has_its_columns(engine: Spark) -> None:
    engine.create("none", "SELECT n, n > 3 AS big FROM number WHERE n < 0")
    assert engine.fetch("SELECT * FROM none").column_names == ["n", "big"]
    assert engine.spool("nothing", [], NUMBERS.schema) == 0
    assert _numbers(engine, "nothing") == []


def test_times_are_instants_whatever_the_session_s_zone(engine: Spark, session: Any) -> None:
    assert session.conf.get("spark.sql.session.timeZone") == "America/St_Johns"
    engine.attach("moment", MOMENTS)
    engine.create("kept", "SELECT t, epoch_us(t) AS us FROM moment")
    found = engine.fetch("SELECT * FROM kept ORDER BY t")
    assert found["us"].to_pylist() == [0, 1_500_000, None]
    assert found["t"].cast(MOMENTS.schema.field("t").type).equals(MOMENTS["t"])


def test_the_session_s_own_settings_stay_as_they_were(engine: Spark, session: Any) -> None:
    session.conf.set("spark.sql.ansi.enabled", "false")
    try:
        with pytest.raises(InputError):
            engine.fetch("SELECT n * 9223372036854775807 AS n FROM number")
        assert session.conf.get("spark.sql.ansi.enabled") == "false"
        assert not session.catalog.tableExists("number")
    finally:
        session.conf.unset("spark.sql.ansi.enabled")


def test_a_cluster_needs_a_place_that_its_workers_see(session: Any) -> None:
    class Elsewhere:
        conf = {"spark.master": "yarn"}  # noqa: RUF012 - stands in for a session

    assert session.conf.get("spark.master").startswith("local")
    with pytest.raises(ConfigError, match=r"spark.scratch_folder is not set"):
        Spark(Elsewhere())
