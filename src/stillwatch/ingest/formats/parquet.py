"""Parquet tables, a row group at a time: the columnar path, no Python for a row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.errors import InputError
from stillwatch.ingest.canonical import Place
from stillwatch.ingest.importer import Document, Found, Reading, Rejected, TableFormat
from stillwatch.ingest.quarantine import Reason
from stillwatch.ingest.source import Source, Stream
from stillwatch.ingest.tables import table_chunk, table_documents

__all__ = ["FORMAT"]


def _recognise(head: bytes) -> bool:
    return head.startswith(b"PAR1")


def _open(source: Source) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(Stream(source).seekable())
    except (pa.ArrowException, OSError) as error:
        message = f"{source.path}: not a whole Parquet file: {_told(error)}"
        raise InputError(
            message, hint="copy it again; a Parquet file ends with its index"
        ) from error


def _columns(source: Source) -> list[str]:
    names: list[str] = _open(source).schema_arrow.names
    return names


def _read(source: Source, reading: Reading) -> Iterator[Found]:
    file = _open(source)
    names: list[str] = file.schema_arrow.names
    wanted = reading.columns(names) if reading.columns is not None else names
    reading.unknown([name for name in names if name not in wanted])
    first = 0
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        yield from _group(source, reading, file=file, group=group, wanted=wanted, first=first)
        first += rows


def _group(
    source: Source,
    reading: Reading,
    *,
    file: pq.ParquetFile,
    group: int,
    wanted: list[str],
    first: int,
) -> Iterator[Found]:
    done = first
    try:
        for batch in file.iter_batches(reading.batch_rows, row_groups=[group], columns=wanted):
            numbers = range(done + 1, done + batch.num_rows + 1)
            if reading.columnar or reading.mapped is not None:
                yield table_chunk(source.path, batch, numbers, reading)
            else:
                yield from table_documents(source.path, batch, numbers)
            done += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        last = first + file.metadata.row_group(group).num_rows
        detail = f"rows {done + 1} to {last} cannot be read: {_told(error)}"
        place = Place(file=source.path, row=done + 1)
        reject = Rejected(Reason.UNREADABLE_FILE, detail)
        yield Document(value=reject, place=place, raw=b"", size=0)


def _told(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]


def _write_example(path: Path) -> None:
    table = pa.table(
        {"exchange_id": ["x1"], "started_at": ["2026-02-23T10:00:00Z"], "account_id": ["a1"]}
    )
    pq.write_table(table, path)


FORMAT = TableFormat(
    name="parquet",
    title="Parquet",
    recognise=_recognise,
    columns=_columns,
    read=_read,
    write_example=_write_example,
)
