"""Synthetic text at the speed of memory: fixed pieces around random words, straight into Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Pieces", "compose", "numbered", "vocabulary"]

I64 = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
_SYLLABLES = "ba ce di fo gu ka le mi no pu ra se ti vo zu an er in on us".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Pieces:
    """Texts one after another.

    Attributes:
        data: Their bytes.
        at: Where each begins, and the end of the last.
    """

    data: Bytes
    at: I64

    @staticmethod
    def of(texts: Sequence[str]) -> Pieces:
        """Join texts."""
        encoded = [t.encode() for t in texts]
        data = np.frombuffer(b"".join(encoded) or b"\0", np.uint8)
        return Pieces(data, np.cumsum([0, *map(len, encoded)]).astype(np.int64))


def vocabulary(size: int = 50_000) -> list[str]:
    """Made-up words of one to four syllables, the short ones first."""
    words: list[str] = []
    for i in range(size):
        number, word = i, ""
        while True:
            word += _SYLLABLES[number % len(_SYLLABLES)]
            number //= len(_SYLLABLES)
            if not number:
                break
        words.append(word)
    return words


def compose(
    fixed: I64, gaps: I64, seeds: npt.NDArray[np.uint64], pieces: Pieces, words: Pieces
) -> pa.Array:
    """A text a row: `fixed[:, k]` (a piece or -1), then `gaps[:, k]` random words, for each k.

    The random words depend on the row's seed alone: equal seeds, gaps and pieces give equal texts.
    """
    longest = int(np.diff(words.at).max()) + 1
    size = np.diff(pieces.at)
    room = int(np.where(fixed >= 0, size[fixed], 0).sum() + gaps.sum() * longest)
    out = np.empty(room + 1, np.uint8)
    ends = np.zeros(len(seeds) + 1, np.int32)
    _fill(fixed, gaps, seeds, pieces.data, pieces.at, words.data, words.at, out, ends)
    return pa.StringArray.from_buffers(
        len(seeds), pa.py_buffer(ends), pa.py_buffer(out[: max(int(ends[-1]), 1)])
    )


def numbered(prefix: str, numbers: npt.NDArray[np.uint64], digits: int) -> pa.Array:
    """Identifiers: the prefix and each number in hexadecimal."""
    shifts = np.arange(digits - 1, -1, -1, dtype=np.uint64) * np.uint64(4)
    nibble = ((numbers[:, None] >> shifts) & np.uint64(15)).astype(np.uint8)
    body = np.where(nibble < 10, nibble + 48, nibble + 87)  # noqa: PLR2004 - ASCII 0 and a
    width = len(prefix) + digits
    data = np.empty((len(numbers), width), np.uint8)
    data[:, : len(prefix)] = np.frombuffer(prefix.encode(), np.uint8)
    data[:, len(prefix) :] = body
    ends = np.arange(len(numbers) + 1, dtype=np.int32) * width
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(ends), pa.py_buffer(data.ravel()))


@numba.njit(nogil=True)
def _fill(fixed, gaps, seeds, data, starts, words, word_starts, out, ends):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0917
    at = 0
    last = len(word_starts) - 1
    for row in range(len(seeds)):
        state = seeds[row] | np.uint64(1)
        for k in range(fixed.shape[1]):
            piece = fixed[row, k]
            if piece >= 0:
                for i in range(starts[piece], starts[piece + 1]):
                    out[at] = data[i]
                    at += 1
            for _ in range(gaps[row, k]):
                state ^= state >> np.uint64(12)
                state ^= state << np.uint64(25)
                state ^= state >> np.uint64(27)
                u = (state * np.uint64(0x2545F4914F6CDD1D) >> np.uint64(11)) * (1.0 / (1 << 53))
                word = int(u * u * u * last)  # few words are common, most are rare
                for i in range(word_starts[word], word_starts[word + 1]):
                    out[at] = words[i]
                    at += 1
                out[at] = 32
                at += 1
        ends[row + 1] = at
