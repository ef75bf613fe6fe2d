"""Batches of a table as canonical columns, as mapped columns, or as documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson
import pyarrow as pa

from stillwatch.ingest.canonical import Chunk, Place
from stillwatch.ingest.importer import Document, Reading

__all__ = ["table_chunk", "table_documents"]


def table_chunk(
    path: str, batch: pa.RecordBatch, numbers: Sequence[int], reading: Reading
) -> Chunk:
    """A batch as a chunk, `numbers` being its rows' in the file; a mapping is applied if any."""
    chunk = Chunk(
        columns=dict(zip(batch.schema.names, batch.columns, strict=True)),
        rows=batch.num_rows,
        place=lambda i: Place(file=path, row=numbers[i]),
        raw=lambda i: _row(batch, i),
    )
    return chunk if reading.mapped is None else reading.mapped(chunk)


def table_documents(path: str, batch: pa.RecordBatch, numbers: Sequence[int]) -> Iterator[Document]:
    """The rows of a batch as objects, for formats whose importers read objects."""
    for i, row in enumerate(batch.to_pylist()):
        raw = orjson.dumps(row, default=str)
        place = Place(file=path, row=numbers[i])
        yield Document(value=row, place=place, raw=raw[:8192], size=len(raw))


def _row(batch: pa.RecordBatch, index: int) -> bytes:
    named = zip(batch.schema.names, batch.columns, strict=True)
    row = {name: _shown(column.slice(index, 1)) for name, column in named}
    return orjson.dumps({k: v for k, v in row.items() if v is not None}, default=str)


def _shown(one: pa.Array) -> object:
    """One value for the quarantine, whatever it is: Python knows no year 10,000."""
    try:
        return one.to_pylist()[0]
    except UnicodeDecodeError:
        raw = one.cast(pa.binary()).to_pylist()[0] if pa.types.is_string(one.type) else b"?"
        return raw.decode("utf-8", "backslashreplace")
    except (OverflowError, ValueError):
        kind = one.type
        whole = pa.int32() if pa.types.is_date32(kind) else pa.int64()
        return one.view(whole).to_pylist()[0] if pa.types.is_primitive(kind) else f"a {kind}"
