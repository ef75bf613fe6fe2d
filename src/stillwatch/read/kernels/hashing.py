"""The one hash of the package: absorb values, finish, roll over a sequence of tokens.

A multiply-xorshift step per value with the 64-bit finaliser of MurmurHash3 (Appleby, 2011). It is
not keyed: identifiers that must stay secret are keyed hashes before they come here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stillwatch.read.kernels.compiled import kernel
from stillwatch.read.kernels.spans import Spans

__all__ = ["FREE", "SEED", "absorb", "chain", "digest", "digest_spans", "finish", "roll_power"]

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

SEED = np.uint64(0x9AE16A3B2F90404F)
STEP = np.uint64(0x9FB21C651E98DF25)
ROLL = np.uint64(0x9E3779B97F4A7C15)
FREE = np.uint64(0)
"""Never a digest: it stands for 'nothing to digest' and becomes null."""

_MIX_1 = np.uint64(0xFF51AFD7ED558CCD)
_MIX_2 = np.uint64(0xC4CEB9FE1A85EC53)
_S29 = np.uint64(29)
_S33 = np.uint64(33)
_ONE = np.uint64(1)


@kernel
def absorb(state: np.uint64, value: np.uint64) -> np.uint64:
    """The state after one more value (a byte or a code point)."""
    mixed = (state ^ value) * STEP
    return mixed ^ (mixed >> _S29)


@kernel
def finish(state: np.uint64) -> np.uint64:
    """A digest out of a state; never 0."""
    state ^= state >> _S33
    state *= _MIX_1
    state ^= state >> _S33
    state *= _MIX_2
    state ^= state >> _S33
    return state if state != FREE else _ONE


@kernel
def digest(data: Bytes, low: np.int64, high: np.int64) -> np.uint64:
    """The digest of bytes low..high; `FREE` where there are none."""
    if high <= low:
        return FREE
    state = SEED
    for i in range(low, high):
        state = absorb(state, np.uint64(data[i]))
    return finish(state ^ np.uint64(high - low))


@kernel
def digest_spans(texts: Spans, out: I64) -> None:
    """One digest a text, 0 where it is empty."""
    for row in range(texts.starts.size):
        out[row] = np.int64(digest(texts.data, texts.starts[row], texts.ends[row]))


@kernel
def chain(tokens: U64, low: int, high: int) -> np.uint64:
    """The digest of a sequence of token digests; equals a rolled shingle of the same tokens."""
    state = np.uint64(0)
    for i in range(low, high):
        state = state * ROLL + tokens[i]
    return finish(state)


@kernel
def roll_power(width: int) -> np.uint64:
    """What a token weighs when it leaves a shingle of `width` tokens."""
    power = _ONE
    for _ in range(width):
        power *= ROLL
    return power
