"""The arrays that every kernel takes: texts, and the alphabet to read them with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.read.kernels import alphabet
from stillwatch.read.kernels.compiled import kernel

__all__ = ["ALPHABET", "Alphabet", "Spans", "longest"]


class Spans(NamedTuple):
    """Where each text of a column lies.

    Attributes:
        data: UTF-8 bytes, shared with the Arrow buffer.
        starts: First byte of each row.
        ends: Byte after the last one; equal to the start where the row is null.
    """

    data: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]

    @property
    def lengths(self) -> npt.NDArray[np.int32]:
        """Bytes of each row; 0 where it is null."""
        return (self.ends - self.starts).astype(np.int32)


class Alphabet(NamedTuple):
    """Tables by code point.

    Attributes:
        classes: What it is to the tokeniser.
        folds: What it folds to.
    """

    classes: npt.NDArray[np.uint8]
    folds: npt.NDArray[np.uint32]


ALPHABET = Alphabet(alphabet.CLASSES, alphabet.FOLDS)


@kernel
def longest(texts: Spans) -> np.int64:
    """Bytes of the longest row."""
    most = np.int64(0)
    for row in range(texts.starts.size):
        most = max(most, texts.ends[row] - texts.starts[row])
    return most
