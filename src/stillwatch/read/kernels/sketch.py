"""Shingles of tokens: the smallest ones (MinHash), sampled ones (containment), the projection.

Bottom-k sketch: Broder, 1997. Fixed-rate sampling by content: Manber, 1994. Signed random
projection: Charikar, 2002.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from stillwatch.read.kernels.compiled import inlined, kernel
from stillwatch.read.kernels.hashing import ROLL, finish, roll_power
from stillwatch.read.kernels.tokens import Tokens

__all__ = ["ABSENT", "SAMPLE", "SHINGLE", "TRACE", "keep_smallest", "project", "shingles"]

U64 = npt.NDArray[np.uint64]
I32 = npt.NDArray[np.int32]

SHINGLE: Final = 4
"""Tokens of an anchor shingle."""
TRACE: Final = 8
"""Tokens of a trace shingle, and of head and tail."""
SAMPLE: Final = 32
"""One shingle in so many is sampled as a trace, by its own digest."""
SCALE: Final = 256.0
"""What a projection of unit length per word is multiplied by before it is rounded."""
ABSENT = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


@inlined
def keep_smallest(value: np.uint64, best: U64) -> None:
    """Insert a digest among the ascending, distinct, smallest ones."""
    last = best.size - 1
    if value >= best[last]:
        return
    at = last
    while at > 0 and best[at - 1] >= value:
        at -= 1
    if best[at] == value:
        return
    for k in range(last, at, -1):
        best[k] = best[k - 1]
    best[at] = value


@kernel
def shingles(tokens: U64, count: int, width: int, sample: int, best: U64) -> None:
    """Keep the smallest digests of all runs of `width` tokens that are multiples of `sample`."""
    leaving = roll_power(width)
    mask = np.uint64(sample - 1)
    state = np.uint64(0)
    for i in range(count):
        state = state * ROLL + tokens[i]
        if i >= width:
            state -= tokens[i - width] * leaving
        if i >= width - 1:
            value = finish(state)
            if value & mask == 0:
                keep_smallest(value, best)


@kernel
def project(tokens: Tokens, count: int, lanes: I32, out: I32, row: int) -> np.int64:
    """Column `row` of `out` becomes the projection; returns its sum of squares, -1 if no word."""
    lanes[:] = 0
    weight = 0
    for i in range(count):
        if tokens.weighs[i]:
            weight += 1
            bits = np.uint32(tokens.words[i] >> np.uint64(48))
            for lane in range(lanes.size):
                lanes[lane] += np.int32((bits >> np.uint32(lane)) & np.uint32(1))
    if weight == 0:
        return np.int64(-1)
    square = np.int64(0)
    root = np.sqrt(np.float64(weight))
    for lane in range(lanes.size):
        value = np.int64(np.rint((2 * lanes[lane] - weight) * SCALE / root))
        out[lane, row] = value
        square += value * value
    return square
