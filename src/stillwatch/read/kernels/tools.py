"""Tool names: a domain each, and an order-free digest of each list."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stillwatch.read.kernels.compiled import kernel
from stillwatch.read.kernels.hashing import FREE, SEED, absorb, finish
from stillwatch.read.kernels.phrases import find
from stillwatch.read.kernels.spans import Spans

__all__ = ["OTHER", "domains", "tool_sets"]

U8 = npt.NDArray[np.uint8]
U64 = npt.NDArray[np.uint64]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

OTHER = 8
"""Domain of a tool whose name says none of the others."""
_CASE = 0x20
_A, _Z = ord("A"), ord("Z")


@kernel
def _domain(data: U8, low: np.int64, high: np.int64, keys: U64, bits: I32) -> int:
    """Domains that the words of one name say; camelCase and snake_case separate words."""
    found, state, length, small = 0, SEED, 0, False
    for i in range(low, high + 1):
        byte = np.int64(data[i]) if i < high else np.int64(0)
        capital = bool(_A <= byte <= _Z)
        letter = bool(_A <= byte & ~_CASE <= _Z)
        if length > 0 and (not letter or (capital and small)):
            place = find(keys, finish(state))
            if place >= 0:
                found |= bits[place]
            state, length = SEED, 0
        if letter:
            state = absorb(state, np.uint64(byte | _CASE))
            length += 1
        small = letter and not capital
    return found or OTHER


@kernel
def domains(names: Spans, keys: U64, bits: I32, out: I32) -> None:
    """The domain bits of each tool name."""
    for row in range(names.starts.size):
        out[row] = _domain(names.data, names.starts[row], names.ends[row], keys, bits)


@kernel
def tool_sets(offsets: I64, digests: I64, domain: I32, sets: I64, union: I32) -> None:
    """Per list of names: the digest of its distinct names in a fixed order; its domain bits."""
    for row in range(sets.size):
        names = np.sort(digests[offsets[row] : offsets[row + 1]])
        state, last = SEED, np.int64(FREE)
        for name in names:
            if name != last:
                state = absorb(state, np.uint64(name))
                last = name
        sets[row] = np.int64(finish(state) if state != SEED else FREE)
        for k in range(offsets[row], offsets[row + 1]):
            if digests[k] != 0:
                union[row] |= domain[k]
