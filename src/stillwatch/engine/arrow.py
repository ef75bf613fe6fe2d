"""Arrow tables and schemas as Spark takes them, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

__all__ = ["ddl", "in_utc", "plain", "regroup", "utc"]

_SPOOL = 262_144
_UTC = pa.timestamp("us", tz="UTC")
_TYPES = {
    pa.int64(): "BIGINT",
    pa.int32(): "INT",
    pa.int16(): "SMALLINT",
    pa.int8(): "TINYINT",
    pa.float32(): "FLOAT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.string(): "STRING",
    _UTC: "TIMESTAMP",
    pa.list_(pa.int64()): "ARRAY<BIGINT>",
}


def ddl(schema: pa.Schema) -> str:
    """The schema as Spark's SQL writes it.

    Raises:
        KeyError: A type that our tables do not use.
    """
    return ", ".join(f"`{f.name}` {_TYPES[f.type]}" for f in schema)


def plain(table: pa.Table) -> pa.Table:
    """Without Arrow's notes, and with columns that may be null, as Spark knows them."""
    schema = pa.schema([pa.field(f.name, f.type) for f in table.schema])
    return pa.Table.from_arrays(table.columns, schema=schema)


def utc(schema: pa.Schema) -> pa.Schema:
    """The schema with every instant in UTC; Spark hands them over in the session's zone."""
    fields = [
        pa.field(f.name, _UTC if pa.types.is_timestamp(f.type) and f.type.tz else f.type)
        for f in schema
    ]
    return pa.schema(fields)


def in_utc(table: pa.Table) -> pa.Table:
    """The table with every instant in UTC."""
    return table.cast(utc(table.schema))


def regroup(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Batches gathered until they are worth a write."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(b.num_rows for b in waiting) >= _SPOOL:
            yield pa.Table.from_batches(waiting, schema)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting, schema)
