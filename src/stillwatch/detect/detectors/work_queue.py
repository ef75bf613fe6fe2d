"""Accounts that share a text and whose shares of it look dealt from one deck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import crowd, exchange_table, phrase, sends
from stillwatch.detect.shares import Variance, by_group
from stillwatch.detect.streams import CROSSED, dealt_bits
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_CEILING = 4.5  # automation of strangers who run one tool looks dealt as well
_FLOOR = -8.0
_MORE = {"clock": 1.0, "days": 1.0}  # bits at the most, on top of the subjects
_DISCOUNT = 0.7  # of the second: who works by day works on days


class _Seen(NamedTuple):
    """How the parties compare, by group: in subjects, in bits, and in bits of the other aspects."""

    subjects: Variance
    bits: Floats
    more: dict[str, Floats]


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    subjects = by_group("subjects", groups, tables)
    bits = _bits(subjects, "subjects", tables)
    more = {name: _bits(by_group(name, groups, tables), name, tables) for name in _MORE}
    return [
        _one(group, i, _Seen(subjects, bits, more), tables) if subjects.usable[i] else None
        for i, group in enumerate(groups)
    ]


def _bits(seen: Variance, aspect: str, tables: Tables) -> Floats:
    """By group, log2 likelihood ratio of dealt shares over strangers' shares; NaN for unknown."""
    bits = np.full(len(seen.f), np.nan)
    if seen.usable.any():
        bits[seen.usable] = dealt_bits(seen, aspect, tables)
    return bits


def _one(group: Group, i: int, seen: _Seen, tables: Tables) -> Signal:
    crossed, more = _crossed(group, tables), seen.more
    total = float(seen.bits[i])
    alike = [name for name in _MORE if more[name][i] > _SAID]
    if total > 0:
        # one schedule says something where the work is one queue: an office keeps hours too
        extra = sorted((min(more[n][i], _MORE[n]) for n in alike), reverse=True)
        total += sum(b * _DISCOUNT**k for k, b in enumerate(extra))
        total *= _inside(group, tables) * np.clip(1 - crossed / CROSSED, 0, 1)
    parties = len(np.unique(tables.party[group.accounts]))
    kind = "as if dealt from one queue" if total > 0 else "as strangers with one text do"
    said = f", and are as alike in {' and '.join(_WORDS[n] for n in alike)}" if alike else ""
    return Signal(
        bits=float(np.clip(total, _FLOOR, _CEILING)),
        reason=f"{parties} parties send the same texts with changing content, {kind}:"
        f" {seen.subjects.correlation[i]:.1%} of the variety lies between them,"
        f" {crossed:.0%} of their texts repeat across them{said}.",
        streams=tuple(int(s) for s in _largest(group, tables)),
    )


_SAID = 0.5
_WORDS = {"clock": "their hours", "days": "their days"}


def _crossed(group: Group, tables: Tables) -> float:
    """Share of the exchanges in the group's streams whose very text another party sent too."""
    own = group.streams
    crossed, sent = (
        np.nan_to_num(tables.streams[n].to_numpy().astype(float))[own]
        for n in ("crossed", "item_exchanges")
    )
    return float(crossed.sum() / max(sent.sum(), 1))


def _inside(group: Group, tables: Tables) -> float:
    """Share of the parties in the group's streams that are in the group, by exchanges."""
    rows = tables.by_account.of(group.accounts)
    stream = tables.stream_rows["s"].to_numpy()[rows]
    sent = tables.stream_rows["exchanges"].to_numpy()[rows].astype(float)
    mine = np.bincount(stream, sent, tables.streams.num_rows)[group.streams]
    total = tables.streams["exchanges"].to_numpy()[group.streams]
    return float(mine.sum() / max(total.sum(), 1))


def _largest(group: Group, tables: Tables) -> Index:
    size = tables.streams["exchanges"].to_numpy()[group.streams]
    largest: Index = group.streams[np.argsort(-size, kind="stable")][:5]
    return largest


def _fires() -> Example:
    rng = np.random.default_rng(1)
    rows = crowd(rng)
    names = tuple(f"pool-{i}" for i in range(8))
    for name in names:
        texts = [f"{_TEMPLATE} {phrase(rng, int(rng.integers(0, 12)))}" for _ in range(30)]
        rows += sends(name, 30, texts.__getitem__, rng=rng)
    return Example(exchanges=exchange_table(rows), suspects=names)


def _silent() -> Example:
    rng = np.random.default_rng(2)
    rows = crowd(rng)
    names = tuple(f"shop-{i}" for i in range(8))
    for number, name in enumerate(names):
        texts = [f"{_TEMPLATE} {phrase(rng, number)}" for _ in range(30)]
        rows += sends(name, 30, texts.__getitem__, rng=rng)
    return Example(exchanges=exchange_table(rows), suspects=names)


_TEMPLATE = (
    "You are an expert analyst who gives complete and careful answers to every question about"
)

DETECTOR = Detector(
    name="work_queue",
    family="coordination",
    meaning="Parties share texts, never an item, and differ as little as by chance in content, and"
    " then in hours and days too.",
    null="Strangers who share a text: the variance between parties that such streams show.",
    columns=("prompt_text",),
    look_alikes=(
        "customers of one product or prompt collection: each brings its own subjects",
        "a class or a benchmark: the very same items are repeated across accounts",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
