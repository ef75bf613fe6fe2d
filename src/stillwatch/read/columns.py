"""The columns of a reading that kernels make: of texts, and of lists."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.read.asks import SYSTEM_ASKS, lexicon
from stillwatch.read.buffers import lists, missing, nullable, spans
from stillwatch.read.digests import digest_lists, digest_strings
from stillwatch.read.kernels.spans import ALPHABET
from stillwatch.read.kernels.texts import Sketches, read_answers, read_prompts, read_systems
from stillwatch.read.kernels.tools import domains, tool_sets
from stillwatch.read.lexicon import hash_table
from stillwatch.read.plain import words
from stillwatch.schema import ANCHORS, DIMENSIONS, TRACES

__all__ = ["TOOL_WORDS", "lists_of", "texts_of"]

Columns = dict[str, pa.Array]

TOOL_WORDS = {
    1: "code shell file files edit editor bash git terminal python command repl notebook patch"
    " grep glob write directory workspace exec diff lint compile",
    2: "browser click screenshot computer mouse screen scroll navigate keyboard desktop tab"
    " webpage url page",
    4: "sql query queries data database dataframe plot chart table csv pandas warehouse bigquery"
    " dataset schema analytics",
}
"""Domain bit → words of a tool's name that say it; a name without any has domain 8."""

_PROMPT = (
    "item",
    "head",
    "tail",
    *(f"anchor_{i}" for i in range(ANCHORS)),
    *(f"prompt_trace_{i}" for i in range(TRACES)),
)


def texts_of(columns: Mapping[str, pa.Array]) -> Columns:
    """Sketches, counts and asks of the prompt, the system text and the answer."""
    made = _prompts(columns["prompt_text"])
    systems = _systems(columns["system_text"])
    asks, present = made["asks"], systems.pop("asks")
    both = pc.bit_wise_or(pc.fill_null(asks, 0), pc.fill_null(present, 0))
    known = pc.or_(asks.is_valid(), present.is_valid())
    made["asks"] = pc.if_else(known, both, pa.scalar(None, pa.int32()))
    made |= systems | _answers(columns["response_text"], columns["reasoning_text"])
    return made


def lists_of(columns: Mapping[str, pa.Array]) -> Columns:
    """Digests and counts of tools, history, reasoning blocks and images."""
    made = _tools(columns["tool_names"]) | _history(columns["history_digests"])
    for name, source in (
        ("reasoning_in", "reasoning_in"),
        ("reasoning_out", "reasoning_out"),
        ("images", "image_digests"),
    ):
        made[name] = digest_lists(columns[source])
    return made


def _prompts(texts: pa.Array) -> Columns:
    rows, at, nulls = len(texts), spans(texts), missing(texts)
    out = Sketches(
        digests=np.zeros((len(_PROMPT), rows), np.int64),
        counts=np.zeros((2, rows), np.int32),
        lanes=np.zeros((DIMENSIONS, rows), np.int32),
        squares=np.zeros(rows, np.int64),
    )
    read_prompts(at, ALPHABET, lexicon(), out)
    made = {name: _digests(out.digests[k]) for k, name in enumerate(_PROMPT)}
    for k in range(DIMENSIONS):
        made[f"e{k:02d}"] = nullable(out.lanes[k], out.squares < 0)
    made["e_square"] = nullable(out.squares, out.squares < 0)
    made["prompt_words"] = nullable(out.counts[0], nulls)
    made["asks"] = nullable(out.counts[1], nulls)
    made["prompt_bytes"] = nullable(at.lengths, nulls)
    return made


def _systems(texts: pa.Array) -> Columns:
    rows, at, nulls = len(texts), spans(texts), missing(texts)
    digests = np.zeros((2, rows), np.int64)
    asks = np.zeros(rows, np.int32)
    read_systems(at, ALPHABET, lexicon(), digests, asks)
    return {
        "system": _digests(digests[0]),
        "system_anchor": _digests(digests[1]),
        "system_bytes": nullable(at.lengths, nulls),
        "asks": nullable(asks & np.int32(SYSTEM_ASKS), nulls),
    }


def _answers(texts: pa.Array, reasoning: pa.Array) -> Columns:
    at, more = spans(texts), spans(reasoning)
    traces = np.zeros((TRACES, len(texts)), np.int64)
    read_answers(at, more, ALPHABET, traces)
    made = {f"answer_trace_{k}": _digests(traces[k]) for k in range(TRACES)}
    made["answer_bytes"] = nullable(at.lengths, missing(texts))
    made["reasoning_bytes"] = nullable(more.lengths, missing(reasoning))
    return made


def _tools(names: pa.Array) -> Columns:
    rows = lists(names)
    at = spans(rows.values)
    digests = np.array(pc.fill_null(digest_strings(rows.values), 0))
    domain = np.zeros(at.starts.size, np.int32)
    domains(at, *_tool_words(), domain)
    sets = np.zeros(len(names), np.int64)
    union = np.zeros(len(names), np.int32)
    tool_sets(rows.offsets, digests, domain, sets, union)
    return {
        "tool_set": nullable(sets, (sets == 0) | rows.missing),
        "tools": nullable(rows.lengths.astype(np.int32), rows.missing),
        "tool_domain": nullable(union, rows.missing),
    }


def _history(messages: pa.Array) -> Columns:
    rows = lists(messages)
    lengths = rows.lengths
    last = pa.array(rows.offsets[1:] - 1, mask=lengths < 2)  # noqa: PLR2004 - one is no history
    return {
        "history": digest_strings(rows.values.take(last)),
        "history_length": nullable(lengths.astype(np.int32), rows.missing),
    }


@cache
def _tool_words() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]]:
    features = {words(w)[0].raw: bit for bit, all_ in TOOL_WORDS.items() for w in all_.split()}
    keys, values = hash_table(features)
    return keys, values.astype(np.int32)


def _digests(values: npt.NDArray[np.int64]) -> pa.Array:
    return nullable(values, values == 0)
