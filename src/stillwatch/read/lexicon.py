"""Phrases and rules compiled to the hash tables that the kernel probes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

import numpy as np
import numpy.typing as npt

from stillwatch.read import plain
from stillwatch.read.kernels.phrases import BLOOM, LONGEST_PHRASE, SIEVE, Lexicon

__all__ = ["compile_lexicon", "expand", "hash_table"]

U64 = npt.NDArray[np.uint64]
_BITS = 64
_GROUP = re.compile(r"\(([^()]*)\)(\??)")


def expand(pattern: str) -> Iterator[str]:
    """Every phrase that a pattern stands for.

    >>> sorted(expand("(show|print) your (inner)? thoughts"))[:2]
    ['print your  thoughts', 'print your inner thoughts']
    """
    parts: list[list[str]] = []
    at = 0
    for group in _GROUP.finditer(pattern):
        parts.append([pattern[at : group.start()]])
        parts.append(group[1].split("|") + ([""] if group[2] else []))
        at = group.end()
    parts.append([pattern[at:]])
    return ("".join(choice) for choice in product(*parts))


def hash_table(features: Mapping[int, int]) -> tuple[U64, U64]:
    """Keys and values by open addressing, at most half full."""
    size = 1 << max(4, (2 * len(features)).bit_length())
    keys, values = np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    for key, value in features.items():
        place = key & (size - 1)
        while keys[place]:
            place = (place + 1) & (size - 1)
        keys[place], values[place] = key, value
    return keys, values


def compile_lexicon(
    patterns: Mapping[str, Iterable[str]],
    rules: Iterable[tuple[frozenset[str], frozenset[str], int]],
) -> Lexicon:
    """The tables of features (name → patterns) and rules (near, veto, ask bits).

    Raises:
        ValueError: A phrase is empty or too long, or a rule names an unknown feature.
    """
    bit = {name: 1 << k for k, name in enumerate(patterns)}
    features: dict[int, int] = {}
    ends: dict[int, int] = {}
    for name, listed in patterns.items():
        for phrase in {p for pattern in listed for p in expand(pattern)}:
            tokens = [word.masked for word in plain.words(phrase)]
            if not 0 < len(tokens) <= LONGEST_PHRASE:
                message = f"phrase {phrase!r} of {name!r} has {len(tokens)} words"
                raise ValueError(message)
            key = plain.chain(tokens)
            features[key] = features.get(key, 0) | bit[name]
            ends[tokens[-1]] = ends.get(tokens[-1], 0) | 1 << (len(tokens) - 1)
    compiled = [(_bits(near, bit), _bits(veto, bit), ask) for near, veto, ask in rules]
    return _tables(features, ends, compiled)


def _tables(
    features: Mapping[int, int],
    ends: Mapping[int, int],
    rules: list[tuple[int, int, int]],
) -> Lexicon:
    if len(rules) > _BITS:
        message = f"{len(rules)} rules; the kernel keeps {_BITS}"
        raise ValueError(message)
    keys, values = hash_table(features)
    end_keys, lengths = hash_table(ends)
    near, veto, asks = zip(*rules, strict=True)
    return Lexicon(
        sieve=_bit_set(ends, SIEVE),
        ends=end_keys,
        lengths=lengths.astype(np.uint16),
        keys=keys,
        bloom=_bit_set(features, BLOOM),
        features=values,
        near=np.array(near, np.uint64),
        veto=np.array(veto, np.uint64),
        asks=np.array(asks, np.int32),
    )


def _bits(names: frozenset[str], bit: Mapping[str, int]) -> int:
    unknown = names - bit.keys()
    if unknown or len(bit) > _BITS:
        message = f"unknown or too many features: {sorted(unknown)}"
        raise ValueError(message)
    return sum(bit[name] for name in names)


def _bit_set(keys: Iterable[int], size: int) -> U64:
    """A bit for each key, as the kernel's `has` looks for it."""
    bits = np.zeros(size, np.uint64)
    for key in keys:
        at = key >> 32
        bits[(at >> 6) & (size - 1)] |= np.uint64(1 << (at & 63))
    return bits
