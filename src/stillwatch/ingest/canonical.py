"""Columns under canonical names become an EXCHANGE batch; rows that cannot be are told apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.ingest.cast import cast, coerced
from stillwatch.ingest.moments import moment
from stillwatch.ingest.quarantine import Reason
from stillwatch.schema import EXCHANGE, TIME

__all__ = [
    "EARLIEST",
    "Chunk",
    "Conformed",
    "Fault",
    "Place",
    "chunk_of",
    "conform",
    "latest_possible",
]

EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
"""No exchange can be older: there was no model behind an API."""
_MISSING = {
    "exchange_id": Reason.MISSING_EXCHANGE_ID,
    "started_at": Reason.MISSING_STARTED_AT,
    "account_id": Reason.MISSING_ACCOUNT_ID,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a record stands.

    Attributes:
        file: Path of the source.
        line: Its line, from 1, where the source has lines.
        row: Its row or element, from 1, where the source is a table or an array.
    """

    file: str
    line: int | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some rows of one source under canonical names, of whatever type they came in.

    Attributes:
        columns: Arrow arrays of equal length by canonical name.
        rows: Their length.
        place: Where a row stands, by index.
        bad: Rows whose value of a column was given up before (by column name).
        raw: The record behind a row, for the quarantine.
    """

    columns: Mapping[str, pa.Array]
    rows: int
    place: Callable[[int], Place]
    bad: Mapping[str, Sequence[int]] | None = None
    raw: Callable[[int], bytes | str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Rows of a chunk (by index) that share a fault.

    Attributes:
        reason: Why.
        detail: What was found and the rule.
        rows: Indices into the chunk.
        column: The optional column whose value is set to null; None where the row is rejected.
    """

    reason: Reason
    detail: str
    rows: Sequence[int]
    column: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformed:
    """What conforms, and what does not.

    Attributes:
        batch: Rows of the EXCHANGE schema, in order.
        faults: Rejected rows and given-up values; a row is rejected for one reason only.
    """

    batch: pa.RecordBatch
    faults: list[Fault]


def latest_possible(as_of: datetime | None = None) -> datetime:
    """The end of possible times: a day after now, or after `as_of` where that is later."""
    now = datetime.now(UTC)
    return (now if as_of is None or as_of < now else as_of) + timedelta(days=1)


def conform(chunk: Chunk, latest: datetime) -> Conformed:
    """Casts every column, checks the required ones and the times; no Python per row.

    A value of an optional column that cannot be cast is set to null and reported; a row without
    a required value, or at an impossible time, is rejected and reported.
    """
    arrays: dict[str, pa.Array] = {}
    faults: list[Fault] = []
    wrong: dict[str, pa.Array] = {}
    mangled: dict[str, pa.Array] = {}
    for field in EXCHANGE:
        given = chunk.columns.get(field.name)
        if given is None:
            arrays[field.name] = pa.nulls(chunk.rows, field.type)
            continue
        done = cast(given, field.type)
        arrays[field.name] = done.values
        bad = _with_earlier(done.bad, (chunk.bad or {}).get(field.name), chunk.rows)
        if bad is None:
            continue
        if field.nullable:
            faults += _given_up(field, bad, done.mangled)
            continue
        wrong[field.name] = bad
        if done.mangled is not None:
            mangled[field.name] = done.mangled
    rejected = _rejected(arrays, wrong, mangled, latest)
    batch = pa.RecordBatch.from_arrays(list(arrays.values()), schema=EXCHANGE)
    if rejected:
        out = pa.array([i for fault in rejected for i in fault.rows], pa.int64())
        keep = pc.invert(pc.is_in(pa.array(range(chunk.rows), pa.int64()), value_set=out))
        batch = batch.filter(keep)
    return Conformed(batch=batch, faults=rejected + faults)


def _given_up(field: pa.Field, bad: pa.Array, mangled: pa.Array | None) -> list[Fault]:
    """Values of an optional column that are set to null."""
    found = []
    if mangled is not None:
        detail = f"{field.name} is not UTF-8; the value is set to null"
        rows = _where(mangled)
        found.append(Fault(reason=Reason.INVALID_UTF8, detail=detail, rows=rows, column=field.name))
        bad = pc.and_not(bad, mangled)
    if pc.any(bad).as_py():
        detail = f"{field.name} is not {field.type} or is negative; the value is set to null"
        rows = _where(bad)
        found.append(Fault(reason=Reason.WRONG_TYPE, detail=detail, rows=rows, column=field.name))
    return found


def chunk_of(
    records: Sequence[Mapping[str, object]],
    *,
    place: Callable[[int], Place],
    raw: Callable[[int], bytes | str] | None = None,
) -> Chunk:
    """Records by canonical name as a chunk: a column is built at once where its values agree."""
    columns: dict[str, pa.Array] = {}
    bad: dict[str, Sequence[int]] = {}
    for field in EXCHANGE:
        values = [record.get(field.name) for record in records]
        if field.type == TIME:
            columns[field.name], lost = _times(values)
        else:
            columns[field.name], lost = _column(values, field.type)
        if lost:
            bad[field.name] = lost
    return Chunk(columns=columns, rows=len(records), place=place, bad=bad, raw=raw)


def _times(values: Sequence[object]) -> tuple[pa.Array, list[int]]:
    found = [None if value is None or value == "" else moment(value) for value in values]
    lost = [i for i, v in enumerate(values) if found[i] is None and v is not None and v != ""]
    return pa.array(found, pa.timestamp("us")).cast(TIME), lost


def _column(values: Sequence[object], kind: pa.DataType) -> tuple[pa.Array, list[int]]:
    try:
        return _of_its_kind(values, kind), []
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, OverflowError, UnicodeEncodeError):
        pairs = [coerced(value, kind) for value in values]
        lost = [i for i, (_, given_up) in enumerate(pairs) if given_up]
        return pa.array([value for value, _ in pairs], kind), lost


def _of_its_kind(values: Sequence[object], kind: pa.DataType) -> pa.Array:
    """The values as a column where Python's types are the column's already.

    Told a type, Arrow makes a list of the letters of a text, and 1 of 1.5; so it is not told.

    Raises:
        TypeError: They are not.
    """
    found = pa.array(values)
    if found.type == kind or pa.types.is_null(found.type):
        return found.cast(kind)
    if pa.types.is_list(found.type) and pa.types.is_list(kind):
        inner = found.type.value_type
        if pa.types.is_null(inner) or inner == kind.value_type:
            return found.cast(kind)
    if pa.types.is_floating(kind) and pa.types.is_integer(found.type):
        return found.cast(kind)
    raise TypeError


def _with_earlier(
    bad: pa.Array | None, earlier: Sequence[int] | None, rows: int
) -> pa.Array | None:
    if not earlier:
        return bad
    marked = pc.is_in(pa.array(range(rows), pa.int64()), value_set=pa.array(earlier, pa.int64()))
    return marked if bad is None else pc.or_(bad, marked)


def _rejected(
    arrays: Mapping[str, pa.Array],
    wrong: Mapping[str, pa.Array],
    mangled: Mapping[str, pa.Array],
    latest: datetime,
) -> list[Fault]:
    faults: list[Fault] = []
    taken: set[int] = set()

    def note(reason: Reason, detail: str, mask: pa.Array) -> None:
        rows = [i for i in _where(mask) if i not in taken]
        if rows:
            taken.update(rows)
            faults.append(Fault(reason=reason, detail=detail, rows=rows))

    for name, bad in mangled.items():
        note(Reason.INVALID_UTF8, f"{name} is not UTF-8", bad)
    for name, bad in wrong.items():
        note(Reason.WRONG_TYPE, f"{name} is not {EXCHANGE.field(name).type}", bad)
    for name, reason in _MISSING.items():
        if arrays[name].null_count:
            note(reason, f"{name} is required", pc.is_null(arrays[name]))
    times = arrays["started_at"]
    early = pc.less(times, pa.scalar(EARLIEST, TIME))
    late = pc.greater(times, pa.scalar(latest, TIME))
    if pc.any(early).as_py() or pc.any(late).as_py():
        rule = f"started_at must be from {EARLIEST:%Y-%m-%d} to {latest:%Y-%m-%d %H:%M} UTC"
        note(Reason.IMPOSSIBLE_TIME, rule, pc.fill_null(pc.or_(early, late), fill_value=False))
    return faults


def _where(mask: pa.Array) -> list[int]:
    found: list[int] = pc.indices_nonzero(mask).to_pylist()
    return found
