"""A mapping applied to whole columns of a table; only JSON in strings costs Python for a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.ingest.canonical import Chunk, chunk_of
from stillwatch.ingest.cast import cast
from stillwatch.ingest.mapping import Mapping, Pick
from stillwatch.ingest.moments import moments
from stillwatch.ingest.parts import Digest
from stillwatch.ingest.pick import pick
from stillwatch.schema import EXCHANGE, TIME

__all__ = ["apply"]


def apply(mapping: Mapping, keyed: Digest) -> Callable[[Chunk], Chunk]:
    """What turns a chunk of source columns into one of canonical columns."""

    def mapped(chunk: Chunk) -> Chunk:
        columns: dict[str, pa.Array] = {}
        if mapping.request or mapping.response:
            columns |= _bodies(mapping, chunk, keyed)
        bad = dict(chunk.bad or {})
        for name, one in mapping.columns.items():
            found, lost = _column(one, name, chunk)
            if found is None:
                continue
            known = columns.get(name)
            columns[name] = (
                found if known is None or found.null_count == 0 else _either(found, known)
            )
            if lost:
                bad[name] = lost
        return replace(chunk, columns=columns, bad=bad)

    return mapped


def _column(one: Pick, name: str, chunk: Chunk) -> tuple[pa.Array | None, list[int]]:
    wanted = EXCHANGE.field(name).type
    if one.value is not None:
        return pa.array([one.value] * chunk.rows), []
    found: pa.Array | None = None
    for path in one.source:
        column = _at(chunk, path)
        if column is None:
            continue
        tidy = _known(column)
        found = tidy if found is None else _either(found, tidy)
    if found is None:
        return None, []
    if wanted == TIME:
        times = moments(found, one.unit)
        lost = pc.and_(pc.is_valid(found), pc.is_null(times))
        return times, pc.indices_nonzero(lost).to_pylist()
    factor = one.factor()
    if factor is None:
        return found, []
    done = cast(found, pa.float64())
    lost_rows = [] if done.bad is None else pc.indices_nonzero(done.bad).to_pylist()
    return pc.multiply(done.values, factor), lost_rows


def _at(chunk: Chunk, path: str) -> pa.Array | None:
    if path in chunk.columns:
        return chunk.columns[path]
    root, _, rest = path.partition(".")
    column = chunk.columns.get(root)
    if column is None or not rest:
        return None
    keys = rest.split(".")
    if pa.types.is_struct(column.type):
        return _inside(column, keys)
    if pa.types.is_map(column.type):
        return _found([pick(dict(v or ()), *keys) for v in column.to_pylist()])
    return _found([pick(value, *keys) for value in column.to_pylist()])


def _inside(column: pa.Array, keys: list[str]) -> pa.Array | None:
    for i, key in enumerate(keys):
        if not pa.types.is_struct(column.type):
            return _found([pick(value, *keys[i:]) for value in column.to_pylist()])
        if column.type.get_field_index(key) < 0:
            return None
        column = pc.struct_field(column, key)
    return column


def _found(values: list[object]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if v is None else str(v) for v in values], pa.string())


def _known(column: pa.Array) -> pa.Array:
    plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    if pa.types.is_string(plain.type):
        return pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.string()), plain)
    return plain


def _either(one: pa.Array, other: pa.Array) -> pa.Array:
    if one.type != other.type:
        one, other = cast(one, pa.string()).values, cast(other, pa.string()).values
    return pc.coalesce(one, other)


def _bodies(mapping: Mapping, chunk: Chunk, keyed: Digest) -> dict[str, pa.Array]:
    roots = {path.partition(".")[0] for path in (*mapping.request, *mapping.response)}
    used = {n: c for n, c in chunk.columns.items() if n in roots or n in mapping.request}
    rows = pa.RecordBatch.from_arrays(list(used.values()), names=list(used)).to_pylist()
    records = [mapping.bodies(row, keyed) for row in rows]
    built = chunk_of(records, place=chunk.place).columns
    return {name: column for name, column in built.items() if column.null_count < len(column)}
