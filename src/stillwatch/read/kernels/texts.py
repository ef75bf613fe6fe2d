"""Rows of text into columns of numbers: prompts, system texts, answers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.read.kernels.compiled import kernel
from stillwatch.read.kernels.hashing import FREE, chain
from stillwatch.read.kernels.phrases import Lexicon, match
from stillwatch.read.kernels.sketch import ABSENT, SAMPLE, SHINGLE, TRACE, project, shingles
from stillwatch.read.kernels.spans import Alphabet, Spans, longest
from stillwatch.read.kernels.tokens import LONGEST, Tokens, shred, tokenise

__all__ = ["Sketches", "read_answers", "read_prompts", "read_systems"]

U64 = npt.NDArray[np.uint64]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]


class Sketches(NamedTuple):
    """What is made of prompts; one row of a matrix is one column of the reading.

    Attributes:
        digests: Item, head, tail, the anchors, the traces; 0 where there is none.
        counts: Words; ask bits.
        lanes: The projection.
        squares: Its sum of squares; -1 where no word weighs.
    """

    digests: I64
    counts: I32
    lanes: I32
    squares: I64


@kernel
def room(length: np.int64) -> Tokens:
    """Buffers that hold the tokens of any text of so many bytes."""
    most = int(length) + 2 if length < LONGEST else LONGEST + 2
    half = most // 2 + 2
    return Tokens(
        np.empty(half, np.uint64),
        np.empty(half, np.uint64),
        np.empty(half, np.uint8),
        np.empty(most, np.uint64),
    )


@kernel
def put(best: U64, out: I64, first: int, row: int) -> None:
    """Write kept digests as columns first…, 0 where there are fewer; then clear them."""
    for k in range(best.size):
        out[first + k, row] = 0 if best[k] == ABSENT else np.int64(best[k])
        best[k] = ABSENT


@kernel
def read_prompts(texts: Spans, alphabet: Alphabet, lexicon: Lexicon, out: Sketches) -> None:
    """Read prompts."""
    tokens = room(longest(texts))
    best = np.full((out.digests.shape[0] - 3) // 2, ABSENT, np.uint64)
    scratch = np.zeros(out.lanes.shape[0], np.int32)
    for row in range(texts.starts.size):
        low = texts.starts[row]
        high = min(texts.ends[row], low + LONGEST)
        count, slots, item = tokenise(texts.data, low, high, alphabet, tokens)
        out.digests[0, row] = np.int64(item)
        if slots >= TRACE:
            out.digests[1, row] = np.int64(chain(tokens.slots, 0, TRACE))
            out.digests[2, row] = np.int64(chain(tokens.slots, slots - TRACE, slots))
        shingles(tokens.slots, slots, SHINGLE, 1, best)
        put(best, out.digests, 3, row)
        shingles(tokens.raw, count, TRACE, SAMPLE, best)
        put(best, out.digests, 3 + best.size, row)
        out.counts[0, row] = count
        out.counts[1, row] = match(tokens.words, count, lexicon)
        out.squares[row] = project(tokens, count, scratch, out.lanes, row)


@kernel
def read_systems(
    texts: Spans, alphabet: Alphabet, lexicon: Lexicon, digests: I64, asks: I32
) -> None:
    """Read system texts: `digests` gets the whole with slots and its smallest shingle."""
    tokens = room(longest(texts))
    best = np.full(1, ABSENT, np.uint64)
    for row in range(texts.starts.size):
        low = texts.starts[row]
        high = min(texts.ends[row], low + LONGEST)
        count, slots, _ = tokenise(texts.data, low, high, alphabet, tokens)
        digests[0, row] = np.int64(chain(tokens.slots, 0, slots) if slots > 0 else FREE)
        shingles(tokens.slots, slots, SHINGLE, 1, best)
        put(best, digests, 1, row)
        asks[row] = match(tokens.words, count, lexicon)


@kernel
def read_answers(answers: Spans, reasoning: Spans, alphabet: Alphabet, traces: I64) -> None:
    """Read answers and the reasoning shown with them into one set of traces."""
    most = longest(answers)
    raw = room(most if most > longest(reasoning) else longest(reasoning)).raw  # noqa: FURB136
    best = np.full(traces.shape[0], ABSENT, np.uint64)
    for row in range(answers.starts.size):
        for texts in (answers, reasoning):
            low = texts.starts[row]
            high = min(texts.ends[row], low + LONGEST)
            count = shred(texts.data, low, high, alphabet, raw)
            shingles(raw, count, TRACE, SAMPLE, best)
        put(best, traces, 0, row)
