"""Which exchanges are kept when there are too many: a fixed share, chosen by their digest alone.

The choice is nested (what a rate keeps, every higher rate keeps) and the same on every machine, so
an exchange that is delivered twice meets the same fate, and what is held can be thinned later.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["kept", "with_rate"]

_UNIT = 2.0**-53


def kept(digests: npt.NDArray[np.int64], rate: float) -> npt.NDArray[np.bool_]:
    """Which of the exchanges a rate keeps.

    The digests are mixed first (splitmix64, Steele, Lea and Flood 2014): comparing streams draws
    on their leading bits, and a sample by those would take the draws' independence away.
    """
    if rate >= 1:
        return np.ones(len(digests), np.bool_)
    mixed = digests.view(np.uint64).copy()
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    chosen: npt.NDArray[np.bool_] = (mixed >> np.uint64(11)) * _UNIT < rate
    return chosen


def with_rate(batch: pa.RecordBatch, rate: float) -> pa.RecordBatch:
    """The readings, each saying the share that was kept of what it stands for; 1 stays unknown.

    A lower share that the sender had stated is multiplied in once, when the reading comes in.
    """
    if rate >= 1 or not batch.num_rows:
        return batch
    at = batch.schema.get_field_index("sample_rate")
    stated = np.asarray(batch.column(at).fill_null(1.0))
    return batch.set_column(at, batch.schema.field(at), pa.array(stated * rate))
