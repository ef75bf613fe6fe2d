"""Text and lists of text as 64-bit digests, for any column that is compared but never read."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from stillwatch.read.buffers import lists, nullable, spans
from stillwatch.read.kernels.hashing import digest_spans

__all__ = ["digest_lists", "digest_strings"]


def digest_strings(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The digest of each text; null for a null and for an empty one.

    The same bytes give the same digest in every process, on every machine, in every slice.

    Raises:
        SchemaError: The array does not hold text.
    """
    if isinstance(array, pa.ChunkedArray):
        parts = [digest_strings(part) for part in array.chunks]
        return pa.concat_arrays(parts) if parts else pa.array([], pa.int64())
    texts = spans(array)
    out = np.empty(texts.starts.size, np.int64)
    digest_spans(texts, out)
    return nullable(out, out == 0)


def digest_lists(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The digests of each list of texts, in their order; a null list is null.

    Raises:
        SchemaError: The array does not hold lists of text.
    """
    if isinstance(array, pa.ChunkedArray):
        parts = [digest_lists(part) for part in array.chunks]
        return pa.concat_arrays(parts) if parts else pa.array([], pa.list_(pa.int64()))
    rows = lists(array)
    offsets = pa.array(rows.offsets.astype(np.int32))
    return pa.ListArray.from_arrays(
        offsets, digest_strings(rows.values), mask=pa.array(rows.missing)
    )
