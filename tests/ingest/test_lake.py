"""Delta and Iceberg tables give the rows that they hold now, not those that were."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from pyiceberg.catalog.sql import SqlCatalog

from stillwatch.errors import ConfigError, InputError
from stillwatch.ingest import sources
from stillwatch.ingest.lake import lake_kind

MOMENT = datetime(2026, 6, 3, 7, 30, tzinfo=UTC)


def rows(*names: str, **more: list[str]) -> pa.Table:
    columns = {
        "exchange_id": list(names),
        "started_at": pa.array([MOMENT] * len(names), pa.timestamp("us", "UTC")),
        "account_id": ["a"] * len(names),
    }
    return pa.table(columns | more)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[SqlCatalog]:
    opened = SqlCatalog("tests", uri="sqlite:///:memory:", warehouse=f"file://{tmp_path}/lake")
    opened.create_namespace("logs")
    yield opened
    opened.close()


def test_a_delta_table_gives_the_rows_that_were_not_deleted_or_replaced(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    place = str(tmp_path / "table")
    write_deltalake(place, rows("gone", "b", "c", day=["1", "1", "2"]), partition_by=["day"])
    write_deltalake(place, rows("d", day=["2"]), mode="append")
    DeltaTable(place).delete("exchange_id = 'gone'")
    assert len(list(Path(place).rglob("*.parquet"))) > len(sources([place]))
    assert sorted(read(place).ids) == ["b", "c", "d"]
    assert sorted(read(tmp_path).ids) == ["b", "c", "d"], "also below a folder"

    write_deltalake(place, rows("e", day=["3"]), mode="overwrite")
    assert read(place).ids == ["e"]


def test_an_iceberg_table_gives_its_last_snapshot(
    read: Callable[..., Any], tmp_path: Path, catalog: SqlCatalog
) -> None:
    table = catalog.create_table("logs.exchanges", schema=rows("b").schema)
    table.append(rows("old", "b"))
    table.append(rows("c"))
    table.overwrite(rows("d", "e"))
    place = tmp_path / "lake" / "logs" / "exchanges"
    assert lake_kind(str(place)) == "Iceberg"
    assert sorted(read(place).ids) == ["d", "e"]
    table.append(rows("f"))
    assert sorted(read(place).ids) == ["d", "e", "f"]


def test_a_column_that_was_renamed_is_refused(tmp_path: Path, catalog: SqlCatalog) -> None:
    table = catalog.create_table("logs.exchanges", schema=rows("b", prompt=["x"]).schema)
    table.append(rows("b", prompt=["hello"]))
    with table.update_schema() as update:
        update.rename_column("prompt", "prompt_text")
    with pytest.raises(InputError, match="had another name before") as caught:
        sources([tmp_path / "lake" / "logs" / "exchanges"])
    assert "--table" in caught.value.hint


def test_two_newest_versions_are_refused(tmp_path: Path, catalog: SqlCatalog) -> None:
    catalog.create_table("logs.exchanges", schema=rows("b").schema).append(rows("b"))
    folder = tmp_path / "lake" / "logs" / "exchanges" / "metadata"
    newest = max(folder.glob("*.metadata.json"))
    newest.with_name("00001-other.metadata.json").write_bytes(newest.read_bytes())
    with pytest.raises(InputError, match="both claim to be the newest"):
        sources([folder.parent])


def test_values_that_stand_in_folder_names_only_are_refused(tmp_path: Path) -> None:
    table = rows("b", "c", model=["m", "n"])
    write_deltalake(str(tmp_path / "table"), table, partition_by=["model"])
    with pytest.raises(InputError, match="partitioned by model"):
        sources([tmp_path / "table"])


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        ({"delta.enableDeletionVectors": "true"}, "deletion vectors"),
        ({"delta.columnMapping.mode": "name"}, "column mapping"),
    ],
)
def test_what_files_alone_do_not_say_is_refused(
    tmp_path: Path, configuration: dict[str, str], said: str
) -> None:
    place = tmp_path / "table"
    write_deltalake(str(place), rows("b"))
    _with_feature(place, configuration)
    with pytest.raises(InputError, match=said):
        sources([place])


def _with_feature(place: Path, configuration: dict[str, str]) -> None:
    """What another writer's commit says, for this one cannot make such tables."""
    log = place / "_delta_log" / "00000000000000000000.json"
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    features = ["deletionVectors"] if "Deletion" in str(configuration) else ["columnMapping"]
    for line in lines:
        if "protocol" in line:
            line["protocol"] = {
                "minReaderVersion": 3,
                "minWriterVersion": 7,
                "readerFeatures": features,
                "writerFeatures": features,
            }
        if "metaData" in line:
            line["metaData"]["configuration"] = configuration
            schema = json.loads(line["metaData"]["schemaString"])
            for number, field in enumerate(schema["fields"]):
                field["metadata"] = {
                    "delta.columnMapping.id": number,
                    "delta.columnMapping.physicalName": f"column-{number}",
                }
            line["metaData"]["schemaString"] = json.dumps(schema)
    log.write_text("\n".join(map(json.dumps, lines)), "utf-8")


@pytest.mark.parametrize(("name", "kind"), [("deltalake", "Delta"), ("pyiceberg.table", "Iceberg")])
def test_a_package_that_is_not_there_is_named(
    tmp_path: Path, catalog: SqlCatalog, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    write_deltalake(str(tmp_path / "Delta"), rows("b"))
    catalog.create_table("logs.exchanges", schema=rows("b").schema)
    place = {"Delta": tmp_path / "Delta", "Iceberg": tmp_path / "lake" / "logs" / "exchanges"}[kind]
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ConfigError, match=f"is a {kind} table, and the package") as caught:
        sources([place])
    assert "stillwatch[lake]" in caught.value.hint


def test_a_folder_that_is_called_metadata_is_a_folder(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "metadata").mkdir()
    (tmp_path / "metadata" / "a.jsonl").write_text(line("x"))
    assert lake_kind(str(tmp_path)) is None
    assert read(tmp_path).ids == ["x"]
