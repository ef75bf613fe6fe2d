"""Moments however they are written (ISO 8601, epoch s, ms, µs, ns) as microseconds UTC."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.schema import TIME

__all__ = ["UNITS", "Microseconds", "moment", "moments"]

UNITS = {"s": 1_000_000, "ms": 1_000, "us": 1, "ns": 0.001}
"""Microseconds in a unit of an epoch number."""
_CEILINGS = ((10**11, "s"), (10**14, "ms"), (10**17, "us"))
_NAIVE = r"[Zz]$|[+-]\d{2}(?::?\d{2})?$"
_NUMERIC = r"^\s*-?\d{6,}(?:\.\d*)?(?:[eE][+]?\d+)?\s*$"
_EPOCH = re.compile(r"^-?\d{9,}(?:\.\d*)?$")
_ZONE = re.compile(r"\s*(?:UTC|GMT)$", re.IGNORECASE)  # as BigQuery and Athena write it
_LONGEST = 2**62


class Microseconds(int):
    """A moment whose unit is known: its size says nothing more."""


def moment(value: object, unit: str | None = None) -> int | None:
    """One value as microseconds since 1970 UTC; None where it is no moment.

    A number without `unit` is read by its size: below 1e11 seconds, below 1e14 milliseconds,
    below 1e17 microseconds, else nanoseconds (each holds for the years 1973 to 5138). A time
    without a zone is UTC.

    >>> moment("2026-02-23T00:00:00") == moment(1771804800) == moment("1771804800000")
    True
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, Microseconds):
        return value
    if isinstance(value, int | float):
        return _epoch(value, unit)
    if isinstance(value, datetime):
        return _microseconds(value)
    if isinstance(value, date):
        return _microseconds(datetime(value.year, value.month, value.day, tzinfo=UTC))
    return _written(value, unit) if isinstance(value, str) else None


def moments(array: pa.Array, unit: str | None = None) -> pa.Array:
    """An array of any type as `timestamp[us, UTC]`; what is no moment becomes null."""
    kind = array.type
    if kind == TIME:
        return array
    if pa.types.is_timestamp(kind):
        return _of_numbers(array.view(pa.int64()), kind.unit)
    if pa.types.is_date(kind):
        return _of_numbers(array.cast(pa.date64()).view(pa.int64()), "ms")
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _of_numbers(array, unit)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _of_strings(array.cast(pa.string()), unit)
    return pa.nulls(len(array), TIME)


_US = pa.timestamp("us")


def _epoch(value: float, unit: str | None) -> int | None:
    if not math.isfinite(value):
        return None
    size = abs(value)
    unit = unit or next((name for ceiling, name in _CEILINGS if size < ceiling), "ns")
    found = (
        value // 1_000 if unit == "ns" and isinstance(value, int) else round(value * UNITS[unit])
    )
    return found if abs(found) < _LONGEST else None


def _microseconds(value: datetime) -> int:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    since = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _written(value: str, unit: str | None) -> int | None:
    told = _ZONE.sub("Z", value.strip())
    # "1771122512345" would be 1771-12-25 too; eight digits are a day (ISO 8601, basic form).
    if unit is None and not _EPOCH.match(told):
        try:
            return _microseconds(datetime.fromisoformat(told))
        except (ValueError, OverflowError):
            pass
    try:
        return _epoch(float(told) if not told.lstrip("-").isdigit() else int(told), unit)
    except (ValueError, OverflowError):
        return None if unit is None else moment(value)


def _of_numbers(array: pa.Array, unit: str | None) -> pa.Array:
    whole = pa.types.is_integer(array.type)
    if whole:
        array = array.cast(pa.int64(), safe=False)
        size = pc.abs(array)
        scaled = _scaled_whole(array, size, unit)
    else:
        array = array.cast(pa.float64())
        array = pc.if_else(pc.is_finite(array), array, pa.scalar(None, pa.float64()))
        scaled = _scaled_fractions(array, pc.abs(array), unit)
    return scaled.cast(_US).cast(TIME)


def _scaled_whole(array: pa.Array, size: pa.Array, unit: str | None) -> pa.Array:
    by_unit = {"ns": pc.divide(array, 1_000), "us": array}
    for name in ("ms", "s"):
        most = _LONGEST // int(UNITS[name])
        tame = pc.if_else(pc.less(size, most), array, pa.scalar(None, pa.int64()))
        by_unit[name] = pc.multiply(tame, int(UNITS[name]))
    if unit is not None:
        return by_unit[unit]
    return _chosen(size, by_unit)


def _scaled_fractions(array: pa.Array, size: pa.Array, unit: str | None) -> pa.Array:
    by_unit = {name: pc.round(pc.multiply(array, factor)) for name, factor in UNITS.items()}
    found = by_unit[unit] if unit is not None else _chosen(size, by_unit)
    tame = pc.if_else(pc.less(pc.abs(found), float(_LONGEST)), found, pa.scalar(None, pa.float64()))
    return tame.cast(pa.int64())


def _chosen(size: pa.Array, by_unit: dict[str, pa.Array]) -> pa.Array:
    found = by_unit["ns"]
    for ceiling, name in reversed(_CEILINGS):
        found = pc.if_else(pc.less(size, _like(ceiling, size.type)), by_unit[name], found)
    return found


def _like(ceiling: int, kind: pa.DataType) -> pa.Scalar:
    return pa.scalar(float(ceiling) if pa.types.is_floating(kind) else ceiling, kind)


def _of_strings(array: pa.Array, unit: str | None) -> pa.Array:
    told = pc.replace_substring_regex(pc.utf8_trim_whitespace(array), r"(?i)\s*(?:UTC|GMT)$", "Z")
    if pc.any(pc.match_substring_regex(told, _NUMERIC)).as_py():
        return _one_by_one(array, unit)
    zoned = pc.match_substring_regex(told, _NAIVE)
    # Only "date time" carries a zone sign at its end; "2026-01-02" ends like one.
    timed = pc.greater(pc.utf8_length(told), 10)
    complete = pc.if_else(
        pc.or_(zoned, pc.invert(timed)), told, pc.binary_join_element_wise(told, "Z", "")
    )
    short = pc.replace_substring_regex(complete, r"(\.\d{6})\d+", r"\1")
    try:
        dated = pc.if_else(timed, short, pc.binary_join_element_wise(short, "T00:00:00Z", ""))
        return dated.cast(TIME)
    except pa.ArrowInvalid:
        return _one_by_one(array, unit)


def _one_by_one(array: pa.Array, unit: str | None) -> pa.Array:
    coded = array.dictionary_encode()
    found = [moment(value, unit) for value in coded.dictionary.to_pylist()]
    return pa.array(found, pa.int64()).take(coded.indices).cast(_US).cast(TIME)
