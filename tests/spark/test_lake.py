"""Folders of Delta and Iceberg tables give both engines the rows that they hold now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import both
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from stillwatch.engine.spark import Source, Spark
from stillwatch.pipeline.opened import opened
from stillwatch.settings import EngineName, Settings
from stillwatch.settings import Spark as SparkSettings

pytestmark = pytest.mark.spark


@pytest.fixture
def logs(world: Path) -> pa.Table:
    return pq.ParquetFile(world / "exchanges" / "part=0" / "00.parquet").read().slice(0, 300)


def _delta(folder: Path, logs: pa.Table) -> Path:
    deltalake = pytest.importorskip("deltalake")
    place = folder / "exchanges"
    day = pa.array((pc.rank(logs["started_at"]).to_numpy() // 100).astype(str))
    deltalake.write_deltalake(str(place), logs.append_column("day", day), partition_by=["day"])
    gone = logs["account_id"][0].as_py()
    deltalake.DeltaTable(str(place)).delete(f"account_id = '{gone}'")
    return place


def _iceberg(folder: Path, logs: pa.Table) -> Path:
    sql = pytest.importorskip("pyiceberg.catalog.sql")
    catalog = sql.SqlCatalog("t", uri="sqlite:///:memory:", warehouse=f"file://{folder}/lake")
    catalog.create_namespace("logs")
    table = catalog.create_table("logs.exchanges", schema=logs.schema)
    table.append(logs)
    table.overwrite(logs.slice(0, 120))
    table.append(logs.slice(120, 30))
    catalog.close()
    return folder / "lake" / "logs" / "exchanges"


def _readings(name: EngineName, place: str, kept: Path | None = None) -> list[int]:
    what = both.given(Path(), logs=place, accounts=None, releases=None)
    settings = Settings(spark=SparkSettings(readings_folder=kept and str(kept)))
    with opened(name, what, settings) as (engine, inputs):
        inputs.spool(engine)
        found = engine.fetch("SELECT exchange FROM raw_reading ORDER BY exchange")
        ids: list[int] = found["exchange"].to_pylist()
        return ids


@pytest.mark.parametrize("make", [_delta, _iceberg])
def test_a_lake_s_folder_is_the_same_on_both_engines(
    session: Any,  # noqa: ARG001 - it is the active one
    tmp_path: Path,
    logs: pa.Table,
    make: Any,
) -> None:
    place = make(tmp_path, logs)
    whole = sum(pq.read_metadata(f).num_rows for f in place.rglob("*.parquet"))
    one = _readings("duckdb", str(place))
    assert 0 < len(one) < whole, "what was deleted or replaced is still in the folder"
    assert _readings("spark", str(place)) == one
    assert _readings("spark", place.as_uri()) == one


def test_a_new_day_of_a_delta_table_is_all_that_is_read(
    session: Any,  # noqa: ARG001 - it is the active one
    tmp_path: Path,
    logs: pa.Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deltalake = pytest.importorskip("deltalake")
    place, read = tmp_path / "exchanges", list[tuple[str, int]]()
    keep = Spark.keep

    def noted(engine: Spark, url: str, source: Source, *others: Any) -> None:
        files = [path.removeprefix("file://") for path in source.paths]
        rows = sum(pq.read_metadata(file).num_rows for file in files)
        read.append((Path(files[0]).parent.name, rows))
        keep(engine, url, source, *others)

    monkeypatch.setattr(Spark, "keep", noted)
    for day, at in (("1", 0), ("2", 100)):
        new = logs.slice(at, 100).append_column("day", pa.array([day] * 100))
        deltalake.write_deltalake(str(place), new, partition_by=["day"], mode="append")
        read.clear()
        assert len(_readings("spark", str(place), tmp_path / "kept")) == at + 100
        assert read == [(f"day={day}", 100)]
