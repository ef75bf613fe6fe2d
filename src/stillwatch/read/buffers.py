"""Arrow arrays as the plain arrays that kernels take, without a copy of the text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.errors import SchemaError
from stillwatch.read.kernels.spans import Spans

__all__ = ["Lists", "lists", "missing", "nullable", "spans"]

I64 = npt.NDArray[np.int64]
_NO_BYTES = np.frombuffer(b"\0", np.uint8)  # read-only, as Arrow buffers: one compiled kernel


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """A column of lists of text.

    Attributes:
        offsets: Where each row's values start in `values`; one more than rows.
        values: All values, one after another.
        missing: Whether the row is null.
    """

    offsets: I64
    values: pa.Array
    missing: npt.NDArray[np.bool_]

    @property
    def lengths(self) -> I64:
        """Values of each row; 0 where it is null."""
        counts: I64 = np.where(self.missing, 0, np.diff(self.offsets))
        return counts


def spans(array: pa.Array) -> Spans:
    """Offsets and bytes of a text column; dictionaries and views are cast, slices respected."""
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        array = _cast(array, pa.large_string())
    width: type[np.signedinteger] = np.int32 if pa.types.is_string(array.type) else np.int64
    _, edges, data = array.buffers()
    rows = len(array)
    if rows == 0 or edges is None:
        empty = np.zeros(rows, np.int64)
        return Spans(data=_NO_BYTES, starts=empty, ends=empty)
    at = np.frombuffer(edges, width)[array.offset : array.offset + rows + 1].astype(np.int64)
    starts, ends = at[:-1], at[1:]
    if array.null_count:
        ends = np.where(missing(array), starts, ends)
    texts = np.frombuffer(data, np.uint8) if data is not None and data.size else _NO_BYTES
    texts.flags.writeable = False  # whoever owns the buffer: one type, one compiled kernel
    return Spans(data=texts, starts=np.ascontiguousarray(starts), ends=np.ascontiguousarray(ends))


def lists(array: pa.Array) -> Lists:
    """Offsets and values of a column of lists, the values cut to what the rows use."""
    if not pa.types.is_list(array.type):
        array = _cast(array, pa.list_(pa.string()))
    at = array.offsets.to_numpy(zero_copy_only=False).astype(np.int64)
    values = array.values.slice(at[0], at[-1] - at[0])
    return Lists(offsets=at - at[0], values=values, missing=missing(array))


def nullable(values: npt.NDArray[np.generic], nulls: npt.NDArray[np.bool_]) -> pa.Array:
    """An Arrow array that is null where `nulls`."""
    return pa.array(values, mask=nulls)


def missing(array: pa.Array) -> npt.NDArray[np.bool_]:
    """Which rows are null."""
    flags: npt.NDArray[np.bool_] = pc.is_null(array).to_numpy(zero_copy_only=False)
    return flags


def _cast(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    try:
        return array.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as fault:
        found = f"a column of type {array.type} where {wanted} is expected"
        raise SchemaError(found, hint="convert the logs with `stillwatch import`") from fault
