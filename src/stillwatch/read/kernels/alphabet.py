"""What a code point is to the tokeniser (letter, digit, ideograph, …) and what it folds to.

Below U+0800 the Unicode character database decides; above, fixed ranges do, so that a newer
database cannot change a digest. Code points beyond U+FFFF are classed in blocks of 4096.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "BACKTICK",
    "CLASSES",
    "DIGIT",
    "FOLDS",
    "IDEOGRAPH",
    "IGNORED",
    "INVALID",
    "LETTER",
    "PLANE",
    "QUOTE",
    "SEPARATOR",
    "SPACE",
]

SEPARATOR, SPACE, QUOTE, BACKTICK, IGNORED, LETTER, DIGIT, IDEOGRAPH = range(8)

PLANE: Final = 0x10000
"""First code point that is classed by block."""
INVALID: Final = 0x110000
"""A byte that is no UTF-8 reads as the code point INVALID + byte, a separator."""

_SEPARATORS = (
    (0x0964, 0x0965),
    (0x2010, 0x2027), (0x202A, 0x202E), (0x2030, 0x205E), (0x2061, 0x2BFF), (0x2E00, 0x2E7F),
    (0x2FF0, 0x3020), (0x302A, 0x3030), (0x3036, 0x3040), (0x3097, 0x309C), (0x30A0, 0x30A0),
    (0x30FB, 0x30FB), (0x3200, 0x33FF), (0x4DC0, 0x4DFF), (0xD800, 0xF8FF), (0xFD3E, 0xFD3F),
    (0xFE00, 0xFE6F), (0xFF00, 0xFF65), (0xFFE0, 0xFFFF),
)  # fmt: skip
_SPACES = ((0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
           (0x205F, 0x205F), (0x3000, 0x3000))  # fmt: skip
_IDEOGRAPHS = (
    (0x0E01, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF),
    (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029), (0x3031, 0x3035), (0x3041, 0x3096),
    (0x309D, 0x309F), (0x30A1, 0x30FA), (0x30FC, 0x312F), (0x3190, 0x31FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9D),
)  # fmt: skip
_IGNORED = ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0xFE00, 0xFE0F),
            (0xFEFF, 0xFEFF))  # fmt: skip
_WIDE = ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
_BELOW = 0x800


def _of_database(point: int) -> int:
    """The class of a code point below U+0800."""
    if chr(point) in " \t\n\v\f\r\x85\xa0":
        return SPACE
    category = unicodedata.category(chr(point))
    if category == "Nd":
        return DIGIT
    if category[0] in "LM":
        return LETTER
    return IGNORED if category == "Cf" else SEPARATOR


def _classes() -> npt.NDArray[np.uint8]:
    table = np.full(PLANE + (INVALID >> 12) + 1, LETTER, np.uint8)
    table[:_BELOW] = [_of_database(point) for point in range(_BELOW)]
    table[ord('"')], table[ord("`")] = QUOTE, BACKTICK
    for ranges, kind in (
        (_SEPARATORS, SEPARATOR),
        (_SPACES, SPACE),
        (_IDEOGRAPHS, IDEOGRAPH),
        (_IGNORED, IGNORED),
        (_WIDE[:1], DIGIT),
        (_WIDE[1:], LETTER),
    ):
        for first, last in ranges:
            table[first : last + 1] = kind
    table[PLANE + 0x1F] = SEPARATOR  # emoji and pictographs
    table[PLANE + 0x20 : PLANE + 0x40] = IDEOGRAPH
    table[PLANE + 0x40 :] = SEPARATOR
    table[PLANE + 0xE0] = IGNORED  # tags and variation selectors
    return table


def _fold(point: int) -> int:
    lower = chr(point).lower()
    if unicodedata.category(lower[0]) == "Nd":
        return ord("0") + unicodedata.digit(lower[0])
    return ord(lower) if len(lower) == 1 and ord(lower) < _BELOW else point


def _folds() -> npt.NDArray[np.uint32]:
    table = np.arange(PLANE, dtype=np.uint32)
    table[:_BELOW] = [_fold(point) for point in range(_BELOW)]
    for (first, last), ascii_first in zip(_WIDE, "0aa", strict=True):
        table[first : last + 1] = np.arange(last + 1 - first) + ord(ascii_first)
    return table


CLASSES = _classes()
"""Class by code point, then by block of 4096 from index PLANE on."""
FOLDS = _folds()
"""Folded code point: lower case, full width to ASCII, any decimal digit to 0-9."""
