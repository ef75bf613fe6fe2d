"""Arrow columns of any type cast to the data contract's; what cannot be cast is null and marked."""

from __future__ import annotations

import math
from dataclasses import dataclass

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.ingest.moments import moments
from stillwatch.ingest.pick import boolean
from stillwatch.schema import TIME

__all__ = ["Cast", "cast", "coerced"]

_TEXT = pa.string()
_LIST = pa.list_(_TEXT)
_BYTES = {
    pa.string(): pa.binary(),
    pa.large_string(): pa.large_binary(),
    pa.list_(pa.string()): pa.list_(pa.binary()),
    pa.large_list(pa.string()): pa.large_list(pa.binary()),
}
_LARGEST = 2**63 - 1
_BLANK = 8  # bytes: text that is longer is not looked at for being blank


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A column of the wanted type.

    Attributes:
        values: The column; null where there was nothing or nothing usable.
        bad: True where a value was there but cannot be taken; None where all could.
        mangled: True where that is so because it is no UTF-8; None where all is.
    """

    values: pa.Array
    bad: pa.Array | None = None
    mangled: pa.Array | None = None


def cast(array: pa.Array, wanted: pa.DataType) -> Cast:
    """The column as `wanted`, tidied: empty text, NaN and null are all null.

    Whole columns are cast at once; only where Arrow refuses are distinct values tried one by one.
    Negative numbers are bad: no number of the data contract can be negative.
    """
    plain = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    if pa.types.is_null(plain.type):
        return Cast(values=pa.nulls(len(plain), wanted))
    if wanted == TIME:
        found = moments(plain)
        return Cast(values=found, bad=_lost(plain, found))
    if _holds_times(plain.type):
        return Cast(values=pa.nulls(len(plain), wanted), bad=pc.is_valid(plain))
    plain, mangled = _utf8(plain)
    if plain.type == wanted or _harmless(plain.type, wanted):
        try:
            return _marked(_tidy(plain.cast(wanted)), mangled)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            pass
    return _marked(_one_by_one(plain, wanted), mangled)


def coerced(value: object, wanted: pa.DataType) -> tuple[object, bool]:
    """One value as `wanted` takes it, and whether it had to be given up.

    >>> coerced("7", pa.int64()), coerced([1], pa.int64()), coerced("", pa.string())
    ((7, False), (None, True), (None, False))
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None, False
    if wanted == _TEXT:
        found: object = _as_text(value)
    elif wanted == _LIST:
        found = _as_list(value)
    elif pa.types.is_boolean(wanted):
        found = bool(value) if value in (0, 1) else boolean(value)
    else:
        return _as_number(value, whole=pa.types.is_integer(wanted))
    return found, found is None


def _holds_times(kind: pa.DataType) -> bool:
    """Whether there are moments in it, which no column but a time's takes, or only some values."""
    inner = kind.value_type if hasattr(kind, "value_type") else kind
    return bool(pa.types.is_temporal(inner))


def _utf8(array: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """Text that says it is UTF-8 and is not becomes null, and is marked; Arrow trusts its files."""
    kind = array.type
    raw = _BYTES.get(kind)
    if raw is None:
        return array, None
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        values = array.cast(raw).to_pylist()
        mangled = [value is not None and not _decodes(value) for value in values]
        kept = [None if lost else value for value, lost in zip(values, mangled, strict=True)]
        return pa.array(kept, raw).cast(kind), pa.array(mangled)
    return array, None


def _decodes(value: bytes | list[bytes | None]) -> bool:
    parts = value if isinstance(value, list) else [value]
    try:
        for part in parts:
            (part or b"").decode()
    except UnicodeDecodeError:
        return False
    return True


def _marked(done: Cast, mangled: pa.Array | None) -> Cast:
    if mangled is None:
        return done
    bad = mangled if done.bad is None else pc.or_(done.bad, mangled)
    return Cast(values=done.values, bad=bad, mangled=mangled)


def _harmless(have: pa.DataType, wanted: pa.DataType) -> bool:
    return bool(_castable(have, wanted))


def _castable(have: pa.DataType, wanted: pa.DataType) -> object:
    numeric = pa.types.is_integer(have) or pa.types.is_floating(have) or pa.types.is_decimal(have)
    textual = pa.types.is_string(have) or pa.types.is_large_string(have) or have == pa.string_view()
    if wanted == _TEXT:
        return textual or pa.types.is_integer(have) or pa.types.is_binary(have)
    if wanted == _LIST:
        return pa.types.is_list(have) or pa.types.is_large_list(have)
    if pa.types.is_boolean(wanted):
        return pa.types.is_integer(have)
    return numeric or textual


def _tidy(found: pa.Array) -> Cast:
    kind = found.type
    if kind == _TEXT:
        lengths = pc.min(pc.binary_length(found)).as_py()
        if lengths is not None and lengths <= _BLANK:
            short = pc.less_equal(pc.binary_length(found), _BLANK)
            blank = pc.and_(short, pc.equal(pc.utf8_trim_whitespace(found), ""))
            found = pc.if_else(blank, pa.scalar(None, _TEXT), found)
        return Cast(values=found)
    if pa.types.is_floating(kind):
        finite = pc.is_finite(found)
        if not pc.all(finite).as_py():
            known = pc.if_else(pc.is_nan(found), pa.scalar(None, kind), found)
            found = pc.if_else(pc.is_finite(known), known, pa.scalar(None, kind))
            return _non_negative(found, _lost_of(known, found))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _non_negative(found, None)
    return Cast(values=found)


def _non_negative(found: pa.Array, bad: pa.Array | None) -> Cast:
    least = pc.min(found).as_py()
    if least is None or least >= 0:
        return Cast(values=found, bad=bad)
    negative = pc.fill_null(pc.less(found, 0), fill_value=False)
    kept = pc.if_else(negative, pa.scalar(None, found.type), found)
    return Cast(values=kept, bad=negative if bad is None else pc.or_(bad, negative))


def _lost(source: pa.Array, found: pa.Array) -> pa.Array | None:
    if pa.types.is_string(source.type) and found.null_count:
        blank = pc.equal(pc.utf8_trim_whitespace(source), "")
        source = pc.if_else(blank, pa.scalar(None, _TEXT), source)
    return _lost_of(source, found)


def _lost_of(source: pa.Array, found: pa.Array) -> pa.Array | None:
    if found.null_count == source.null_count:
        return None
    return pc.and_(pc.is_valid(source), pc.is_null(found))


def _one_by_one(array: pa.Array, wanted: pa.DataType) -> Cast:
    try:
        coded = array.dictionary_encode()
        values, indices = coded.dictionary.to_pylist(), coded.indices
    except pa.ArrowNotImplementedError:
        values, indices = array.to_pylist(), None
    pairs = [coerced(value, wanted) for value in values]
    found = pa.array([value for value, _ in pairs], wanted)
    bad = pa.array([given_up for _, given_up in pairs], pa.bool_())
    if indices is not None:
        found, bad = found.take(indices), pc.fill_null(bad.take(indices), fill_value=False)
    return Cast(values=found, bad=bad if pc.any(bad).as_py() else None)


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def _as_list(value: object) -> list[str | None] | None:
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return None
    if not isinstance(value, list):
        return None
    texts = [_as_text(item) for item in value]
    return None if None in texts else texts


def _as_number(value: object, *, whole: bool) -> tuple[object, bool]:
    if isinstance(value, str):
        try:
            value = int(value) if value.strip().lstrip("+-").isdigit() else float(value)
        except ValueError:
            return None, True
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None, True
    if isinstance(value, float) and math.isnan(value):
        return None, False
    if value < 0 or value > _LARGEST:
        return None, True
    if not whole:
        return float(value), False
    return (int(value), False) if float(value).is_integer() else (None, True)
