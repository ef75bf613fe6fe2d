"""Token counts and durations that agree with the texts of an exchange."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.sim.draw import I64, U64, Bits, chance, mix
from stillwatch.sim.plan import Batch, Table

__all__ = ["Sizes", "issued_only", "measure", "reasoning"]

_BYTES_A_TOKEN = np.array([4.2, 3.9, 3.9, 3.9, 3.9, 3.0, 3.2, 4.6])  # by language
_TURN_TOKENS = 140  # of an earlier message
_TOOLS_TOKENS = 520
_IMAGE_TOKENS = 1150
_SPEED = np.array([130.0, 80.0, 55.0, 70.0, 48.0])  # tokens a second, by model
_FIRST_MS = np.array([260.0, 480.0, 900.0, 500.0, 1000.0])
_REASONING_MODELS = np.array([False, True, True, False, True])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Tokens and milliseconds of each row."""

    read: I64
    cached: I64
    written: I64
    thought: I64
    reasons: Bits
    duration_ms: npt.NDArray[np.float64]
    ttft_ms: npt.NDArray[np.float64]


def measure(
    rows: Table, people: Table, prompt: pa.Array, answer: pa.Array, system: pa.Array
) -> Sizes:
    """Sizes of rendered rows."""
    rate = _BYTES_A_TOKEN[rows["language"]]
    fixed = _bytes(system) / 4.2 + _TOOLS_TOKENS * (rows["tools"] >= 0)
    earlier = rows["history"].astype(np.int64) * _TURN_TOKENS + fixed
    read = _bytes(prompt) / rate + earlier + rows["shots"].astype(np.int64) * _IMAGE_TOKENS + 8
    hit = chance(mix(rows["session"], 141), 0.6) | (rows["turn"] > 1)
    cached = np.where(hit & (earlier > 250), earlier * 0.9, 0)  # noqa: PLR2004 (too short to cache)
    reasons = reasoning(rows, people)
    served = rows["status"] == 0
    depth = np.exp(5.2 + 1.1 * _normal(mix(rows["uid"], 143)))
    thought = np.where(reasons & served, depth, 0).astype(np.int64)
    samples = np.maximum(rows["n"], 1)
    visible = (_bytes(answer) / rate * samples + 3) * served
    written = visible.astype(np.int64) + thought
    first = _FIRST_MS[rows["model"]] * np.exp(0.35 * _normal(mix(rows["uid"], 144)))
    first += read * 0.04 + thought / _SPEED[rows["model"]] * 1000
    pace = _SPEED[rows["model"]] * np.exp(0.2 * _normal(mix(rows["uid"], 145)))
    return Sizes(
        read=read.astype(np.int64),
        cached=cached.astype(np.int64),
        written=written,
        thought=thought,
        reasons=reasons,
        duration_ms=np.round(
            np.where(served, first + visible / samples / pace * 1000, 40 + first / 9), 3
        ),
        ttft_ms=np.round(first, 3),
    )


def reasoning(rows: Table, people: Table) -> Bits:
    """Whether the model of a row reasons for its account, so that it issues an opaque block."""
    able: Bits = _REASONING_MODELS[rows["model"]]
    return able & chance(mix(people["key"], 142), 0.8)


def issued_only(batch: Batch) -> None:
    """Drop references to reasoning blocks that were never issued."""
    rows = batch.rows
    order = np.argsort(rows["uid"])
    shown = np.flatnonzero(rows["block_in"] > 0)
    if not len(shown):
        return
    wanted = rows["block_in"][shown]
    place = np.searchsorted(rows["uid"], wanted, sorter=order).clip(0, len(rows) - 1)
    source = rows[order[place]]
    issued = (source["uid"] == wanted) & (source["status"] == 0)
    issued &= reasoning(source, batch.people[source["account"]])
    rows["block_in"][shown[~issued]] = 0


def _bytes(texts: pa.Array) -> npt.NDArray[np.float64]:
    lengths = pc.fill_null(pc.binary_length(texts), 0)
    return np.asarray(lengths.to_numpy(zero_copy_only=False), np.float64)


def _normal(digests: U64) -> npt.NDArray[np.float64]:
    """Standard normal values (Box and Muller, 1958)."""
    u = ((digests >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    v = (mix(digests, 3) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    normal: npt.NDArray[np.float64] = np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v)
    return normal
