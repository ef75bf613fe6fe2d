"""Counter-based randomness: a value is a function of its seed, so no result depends on chunking.

The mixer is the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import numpy.typing as npt

__all__ = ["I64", "U64", "Bits", "chance", "expand", "key_of", "mix", "number", "within"]

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]
Bits = npt.NDArray[np.bool_]

_MASK = 2**64 - 1
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)


def key_of(*parts: int | str) -> int:
    """A 63-bit key of scalars, equal on every machine."""
    text = "\x1f".join(str(p) for p in parts).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little") >> 1


def mix(values: npt.NDArray[np.generic], salt: int = 0) -> U64:
    """Uniform 64-bit digests of integers; another salt gives an independent draw."""
    step = np.array([(2 * salt + 1) & _MASK], np.uint64)
    x = np.atleast_1d(values).astype(np.uint64) + step * _GOLDEN
    x ^= x >> np.uint64(30)
    x *= _M1
    x ^= x >> np.uint64(27)
    x *= _M2
    x ^= x >> np.uint64(31)
    return x


def number(seed: int, count: int) -> U64:
    """The first `count` digests of a stream."""
    return mix(np.arange(count, dtype=np.uint64) ^ np.uint64(seed), seed)


def within(digests: U64, limit: int | npt.NDArray[np.generic]) -> I64:
    """Digests as indices below a limit (scalar, or one for each)."""
    return ((digests >> np.uint64(20)) % np.asarray(limit, np.uint64)).astype(np.int64)


def chance(digests: U64, share: float) -> Bits:
    """True for about this share of the digests."""
    return (digests >> np.uint64(11)).astype(np.float64) * 2.0**-53 < share


def expand(counts: I64) -> tuple[I64, I64]:
    """For groups of given sizes: the group of every element, and its place in the group."""
    group = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return group, np.arange(len(group)) - first[group]
