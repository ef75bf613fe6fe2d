"""One pass over the bytes of a text: tokens, the same with spans as slots, and the whole folded.

ASCII letters and digits, and letters of alphabetic scripts, run together into words; an ideograph
or kana is a word by itself; everything else separates. Bytes that are no UTF-8 separate too.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.read.kernels.alphabet import (
    BACKTICK,
    DIGIT,
    IDEOGRAPH,
    IGNORED,
    INVALID,
    LETTER,
    PLANE,
    QUOTE,
    SPACE,
)
from stillwatch.read.kernels.compiled import inlined, kernel
from stillwatch.read.kernels.hashing import FREE, SEED, absorb, finish
from stillwatch.read.kernels.spans import Alphabet

__all__ = ["LONGEST", "QUOTED", "SHORT", "SLOT", "Tokens", "decode", "shred", "tokenise"]

U8 = npt.NDArray[np.uint8]
U64 = npt.NDArray[np.uint64]

LONGEST: Final = 1 << 22
"""Bytes of a text that are read; the rest of a longer one is not (4 MiB)."""
QUOTED: Final = 400
"""Longest span in straight double quotes, in bytes, that counts as one slot."""
SHORT: Final = 3
"""ASCII words of up to so many characters say nothing about a topic."""
SLOT = np.uint64(0x5107_5107_5107_5107)
"""The token that stands for a quoted or fenced span."""

_ZERO = np.uint64(ord("0"))
_BLANK = np.uint64(ord(" "))
ASCII: Final = 0x80
"""First code point, and first byte, that is not ASCII."""
_LEAD_2, _LEAD_3, _LEAD_4, _LEAD_LAST = 0xC2, 0xE0, 0xF0, 0xF4
_SURROGATE = 0xD800
_QUOTE_BYTE = ord('"')
_NEWLINE = ord("\n")
_FENCE = 3


class Tokens(NamedTuple):
    """Room for the tokens of the longest text of a batch.

    Attributes:
        raw: Digest of each word as it stands (folded).
        words: Digest of each word with every run of digits as one 0.
        weighs: 1 where the word tells a topic: no number, no short ASCII word.
        slots: `words` with every quoted or fenced span as one SLOT.
    """

    raw: U64
    words: U64
    weighs: U8
    slots: U64


@kernel
def decode(data: U8, i: int, high: int) -> tuple[np.int64, int]:
    """The code point of the sequence at byte `i`, and its width; never reads past `high`."""
    lead = np.int64(data[i])
    wrong = INVALID + lead
    width = 2 if lead < _LEAD_3 else (3 if lead < _LEAD_4 else 4)
    if lead < _LEAD_2 or lead > _LEAD_LAST or i + width > high:
        return wrong, 1
    point = lead & np.int64(0x7F >> width)
    for k in range(1, width):
        byte = np.int64(data[i + k])
        if byte & 0xC0 != ASCII:
            return wrong, 1
        point = (point << 6) | (byte & 0x3F)
    short = point < (ASCII if width == 2 else (0x800 if width == 3 else PLANE))
    if short or point >= INVALID or _SURROGATE <= point < _SURROGATE + 0x800:
        return wrong, 1
    return point, width


@kernel
def character(data: U8, i: int, high: int, alphabet: Alphabet) -> tuple[np.int64, int, np.int64]:
    """Folded code point, width in bytes and class at byte `i`; a separator past the end."""
    if i >= high:
        return np.int64(0), 1, np.int64(0)
    point, width = np.int64(data[i]), 1
    if point >= ASCII:
        point, width = decode(data, i, high)
    if point >= PLANE:
        return point, width, np.int64(alphabet.classes[PLANE + (point >> 12)])
    return np.int64(alphabet.folds[point]), width, np.int64(alphabet.classes[point])


@kernel
def closing_quote(data: U8, i: int, high: int) -> int:
    """Where the straight quote that opens at `i` closes on its line; `i` where it does not."""
    for k in range(i + 1, min(high, i + 2 + QUOTED)):
        if data[k] == _QUOTE_BYTE:
            return k
        if data[k] == _NEWLINE:
            return i
    return i


@inlined
def span(
    data: U8, at: tuple[int, int], kind: np.int64, state: tuple[int, bool, int]
) -> tuple[int, bool, int, bool]:
    """Where the quote closes, whether a fence is open, its backticks; whether one opens here."""
    i, high = at
    quoted, fenced, ticks = state
    opened = False
    ticks = ticks + 1 if kind == BACKTICK and i > quoted else 0
    if kind == QUOTE and i > quoted and not fenced:
        closes = closing_quote(data, i, high)
        opened = closes > i
        quoted = max(quoted, closes)
    elif ticks == _FENCE:
        fenced, ticks = not fenced, 0
        opened = fenced
    return quoted, fenced, ticks, opened


@kernel
def tokenise(  # noqa: C901, PLR0912 - one pass over the bytes is one loop
    data: U8, low: int, high: int, alphabet: Alphabet, out: Tokens
) -> tuple[int, int, np.uint64]:
    """Tokens of bytes low..high into `out`: how many words, how many slots, the folded whole."""
    raws, words, heavy, slots = out
    count, filled, item, gap = 0, 0, SEED, False
    raw, word, length, letters, wide, digit = SEED, SEED, 0, 0, False, False
    quoted, fenced, ticks = low - 1, False, 0
    i = low
    while i <= high:  # one step past the end flushes the last word
        point, width, kind = character(data, i, high, alphabet)
        if kind == SPACE:
            gap = item != SEED
        elif i < high:
            if gap:
                item, gap = absorb(item, _BLANK), False
            item = absorb(item, np.uint64(point))
        if kind == LETTER or kind == DIGIT:  # noqa: PLR1714, SIM109 - no tuple is built
            raw = absorb(raw, np.uint64(point))
            if kind == LETTER:
                word = absorb(word, np.uint64(point))
                letters += 1
            elif not digit:
                word = absorb(word, _ZERO)
            digit = kind == DIGIT
            wide = wide or bool(point >= ASCII)
            length += 1
        elif kind != IGNORED:
            seen = i > quoted and not fenced
            for part in range(2):  # the word that ends here, then the ideograph that stands here
                if part == 0 and length > 0:
                    ticks = 0
                    raws[count], sign = finish(raw), finish(word)
                    heavy[count] = letters > 0 and (wide or length > SHORT)
                    raw, word, length, letters, wide, digit = SEED, SEED, 0, 0, False, False
                elif part == 1 and kind == IDEOGRAPH:
                    sign = finish(absorb(SEED, np.uint64(point)))
                    raws[count], heavy[count] = sign, 1
                else:
                    continue
                words[count] = sign
                count += 1
                if seen:
                    slots[filled] = sign
                    filled += 1
            quoted, fenced, ticks, opened = span(data, (i, high), kind, (quoted, fenced, ticks))
            if opened:
                slots[filled] = SLOT
                filled += 1
        else:
            ticks = 0
        i += width
    return count, filled, finish(item) if item != SEED else FREE


@kernel
def shred(data: U8, low: int, high: int, alphabet: Alphabet, raw: U64) -> int:
    """Only the words as they stand, for a text of which nothing else is asked; returns how many."""
    count, state, length = 0, SEED, 0
    i = low
    while i <= high:
        point, width, kind = character(data, i, high, alphabet)
        if kind == LETTER or kind == DIGIT:  # noqa: PLR1714, SIM109 - no tuple is built
            state = absorb(state, np.uint64(point))
            length += 1
        elif kind != IGNORED:
            if length > 0:
                raw[count] = finish(state)
                count += 1
                state, length = SEED, 0
            if kind == IDEOGRAPH:
                raw[count] = finish(absorb(SEED, np.uint64(point)))
                count += 1
        i += width
    return count
