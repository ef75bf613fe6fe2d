"""Phrases in a sequence of tokens: which features occur near one another, and which rules fire."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.read.kernels.compiled import inlined, kernel
from stillwatch.read.kernels.hashing import FREE, ROLL, finish

__all__ = ["BLOOM", "LONGEST_PHRASE", "REACH", "SIEVE", "Lexicon", "find", "match"]

U16 = npt.NDArray[np.uint16]
U64 = npt.NDArray[np.uint64]
I32 = npt.NDArray[np.int32]

LONGEST_PHRASE: Final = 12
"""Tokens of the longest phrase."""
REACH: Final = 24
"""Features are near in the same or the neighbouring block of so many words."""
SIEVE: Final = 1024
"""Words of 64 bits of the sieve that most tokens fall through."""
BLOOM: Final = 8192
"""The same for phrases."""

_SIX = np.uint64(6)
_LOW_SIX = np.uint64(63)
_HIGH = np.uint64(32)
_ONE = np.uint64(1)
_NONE = np.uint64(0)


class Lexicon(NamedTuple):
    """Phrases and rules, compiled; open addressing, `FREE` where a place is empty.

    Attributes:
        sieve: Bit set of words that may end a phrase.
        ends: Digests of the words that end a phrase.
        lengths: At the same place, bit n-1 set where a phrase of n words ends so.
        keys: Digests of phrases.
        bloom: Bit set of digests of phrases, that most others fall through.
        features: At the same place, the features that the phrase shows, as bits.
        near: For each rule, the features that must stand near one another.
        veto: For each rule, the features that must stand nowhere in the text.
        asks: For each rule, the ask bit that it sets.
    """

    sieve: U64
    ends: U64
    lengths: U16
    keys: U64
    bloom: U64
    features: U64
    near: U64
    veto: U64
    asks: I32


@inlined
def has(bits: U64, key: np.uint64) -> bool:
    """Whether the bit of a key is set; its high bits choose, the low ones find the place."""
    at = key >> _HIGH
    word = bits[np.int64((at >> _SIX) & np.uint64(bits.size - 1))]
    return bool((word >> (at & _LOW_SIX)) & _ONE != _NONE)


@inlined
def find(keys: U64, key: np.uint64) -> np.int64:
    """The place of a key, or -1."""
    mask = np.uint64(keys.size - 1)
    place = key & mask
    while keys[np.int64(place)] != FREE:
        if keys[np.int64(place)] == key:
            return np.int64(place)
        place = (place + _ONE) & mask
    return np.int64(-1)


@inlined
def _ending(
    words: U64, at: int, lengths: np.int64, keys: U64, bloom: U64, features: U64
) -> np.uint64:
    """Features of all phrases that end at word `at`, of the given lengths."""
    state, power, found = np.uint64(0), _ONE, np.uint64(0)
    for back in range(min(at + 1, LONGEST_PHRASE)):
        if lengths >> back == 0:
            break
        state += words[at - back] * power
        power *= ROLL
        if (lengths >> back) & 1:
            key = finish(state)
            if not has(bloom, key):
                continue
            place = find(keys, key)
            if place >= 0:
                found |= features[place]
    return found


@kernel
def match(words: U64, count: int, lexicon: Lexicon) -> int:
    """The ask bits of a text, from its words with digits masked."""
    sieve, ends, lengths, keys, bloom, features, near, veto, bits = lexicon
    here, before, seen, fired = _NONE, _NONE, _NONE, _NONE
    for start in range(0, count, REACH):
        before, here = here, _NONE
        for i in range(start, min(start + REACH, count)):
            word = words[i]
            if has(sieve, word):
                place = find(ends, word)
                if place >= 0:
                    here |= _ending(words, i, np.int64(lengths[place]), keys, bloom, features)
        if here != _NONE:
            seen |= here
            for rule in range(near.size):
                if (here | before) & near[rule] == near[rule]:
                    fired |= _ONE << np.uint64(rule)
    asks = 0
    for rule in range(near.size):
        if (fired >> np.uint64(rule)) & _ONE and veto[rule] & seen == _NONE:
            asks |= bits[rule]
    return asks
