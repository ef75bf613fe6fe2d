"""Exchanges to readings: the text goes in, digests, sketches and counts come out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pyarrow as pa

from stillwatch.errors import SchemaError
from stillwatch.read.columns import lists_of, texts_of
from stillwatch.read.digests import digest_strings
from stillwatch.schema import EXCHANGE, READING

__all__ = ["read", "read_batches"]

_DIGESTS = {
    "exchange": "exchange_id",
    "account": "account_id",
    "organization": "organization_id",
    "credential": "credential_id",
    "session": "session_id",
    "end_user": "end_user_id",
    "client_ip": "client_ip",
    "client_net": "client_net",
    "user_agent": "user_agent",
    "tls": "tls_fingerprint",
}
"""Columns of a reading that are digests of one column of an exchange."""
_RENAMED: dict[str, str] = {}
_AHEAD = 2
"""Batches per thread that may wait, read or unread."""


def read(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The readings of a batch of exchanges, row by row in the same order.

    Args:
        batch: Columns of the exchange contract, any order; one that is missing counts as null.

    Returns:
        The reading contract, exactly its columns in its order.

    Raises:
        SchemaError: A required column is missing or holds a null, or a column has a wrong type.
    """
    columns = {field.name: _column(batch, field) for field in EXCHANGE}
    made = texts_of(columns) | lists_of(columns)
    for name, source in _DIGESTS.items():
        made[name] = digest_strings(columns[source])
    for field in READING:
        if field.name not in made:
            made[field.name] = columns[field.name]
    arrays = [_cast(made[field.name], field) for field in READING]
    return pa.RecordBatch.from_arrays(arrays, schema=READING)


def read_batches(batches: Iterable[pa.RecordBatch], threads: int = 2) -> Iterator[pa.RecordBatch]:
    """Read batches on several threads; results keep the order, few batches are ever held.

    Raises:
        SchemaError: As `read`, when the batch at fault is reached.
    """
    waiting: deque[Future[pa.RecordBatch]] = deque()
    with ThreadPoolExecutor(max_workers=max(1, threads), thread_name_prefix="read") as pool:
        try:
            for batch in batches:
                waiting.append(pool.submit(read, batch))
                if len(waiting) >= max(1, threads) * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _column(batch: pa.RecordBatch, field: pa.Field) -> pa.Array:
    """The column of a batch, or nulls; a required one must be there and whole."""
    at = batch.schema.get_field_index(field.name)
    if at < 0:
        if not field.nullable:
            found = f"an exchange batch has no column {field.name!r}, which is required"
            raise SchemaError(found, hint="map it in the importer's column mapping")
        return pa.nulls(batch.num_rows, field.type)
    array = batch.column(at)
    if not field.nullable and array.null_count:
        found = f"column {field.name!r} holds {array.null_count} nulls; it is required"
        raise SchemaError(found, hint="quarantine those exchanges at ingest")
    return array


def _cast(array: pa.Array, field: pa.Field) -> pa.Array:
    if array.type == field.type:
        return array
    try:
        # only times lose digits silently: nanoseconds become microseconds
        return array.cast(field.type, safe=not pa.types.is_timestamp(field.type))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as fault:
        found = f"column {field.name!r} is {array.type}; the contract says {field.type}"
        raise SchemaError(found, hint="convert the logs with `stillwatch import`") from fault
