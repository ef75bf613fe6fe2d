"""Accounts that do little else than one text with ever new content."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.population import Crowd, rarity_bits
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]

_AGREE = 0.6
_CEILING = 2.0
_NOTHING_SHARED = -2.0  # bits: plenty of text, and no work in common
_ENOUGH = 4
_LEAST = 0.3  # of their exchanges before it is a purpose at all


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    """Share of an account's traffic in its largest fresh stream, compared by account."""
    fresh = _fresh(tables)
    rows = tables.stream_rows
    s, a = rows["s"].to_numpy(), rows["a"].to_numpy()
    exchanges = rows["exchanges"].to_numpy().astype(float)
    total = np.maximum(tables.totals["exchanges"], 1)
    focus = np.zeros(len(total))
    np.maximum.at(focus, a, exchanges * fresh[s] / total[a])
    focus = np.where(total >= _ENOUGH, np.minimum(focus, 1), np.nan)
    party_focus = np.full(tables.parties, -1.0)
    np.maximum.at(party_focus, tables.party, np.nan_to_num(focus, nan=-1.0))
    others = Crowd(np.where(party_focus < 0, np.nan, party_focus))
    return [_one(group, tables, focus, others) for group in groups]


def _fresh(tables: Tables) -> Floats:
    """By stream: share of its exchanges that bring a text of their own."""
    items = np.nan_to_num(tables.streams["items"].to_numpy().astype(float))
    sent = np.nan_to_num(tables.streams["item_exchanges"].to_numpy().astype(float))
    return np.where(sent > 0, items / np.maximum(sent, 1), 0.0)


def _one(group: Group, tables: Tables, focus: Floats, others: Crowd) -> Signal | None:
    mine = focus[group.accounts]
    if not len(group.streams):
        if tables.totals["with_text"][group.accounts].sum() < _ENOUGH * len(group.accounts):
            return None
        return Signal(
            bits=_NOTHING_SHARED, reason="They have no work in common: no text is theirs."
        )
    if np.isnan(mine).all():
        return None
    typical = float(np.nanmedian(mine))
    if typical < _LEAST:
        return None
    share, number = others.share_above(typical, np.unique(tables.party[group.accounts]))
    return Signal(
        bits=rarity_bits(share, agree=_AGREE, ceiling=_CEILING),
        reason=f"half of the accounts spend at least {typical:.0%} of their exchanges on one text"
        f" with new content each time; {share:.1%} of {number:,} other customers do.",
        streams=tuple(int(s) for s in group.streams[:5]),
    )


_TEMPLATE = (
    "You are a careful assistant. Work through the case below and give the complete solution."
)


def _fires() -> Example:
    rng = np.random.default_rng(9)
    rows = crowd(rng, accounts=80)
    names = tuple(f"pool-{i}" for i in range(8))
    for name in names:
        texts = [f"{_TEMPLATE} {phrase(rng, int(rng.integers(0, 12)))}" for _ in range(20)]
        rows += sends(name, 20, texts.__getitem__, rng=rng)
    return Example(exchanges=exchange_table(rows), suspects=names)


def _silent() -> Example:
    rng = np.random.default_rng(10)
    rows = crowd(rng, accounts=80)
    names = tuple(f"pupil-{i}" for i in range(8))
    homework = [f"{_TEMPLATE} {phrase(rng, n)}" for n in range(5)]
    for name in names:
        rows += sends(name, 20, lambda i: homework[i % 5], rng=rng)
    return Example(exchanges=exchange_table(rows), suspects=names)


DETECTOR = Detector(
    name="single_purpose",
    family="structure",
    meaning="Most of what the accounts send is one text whose content is new each time.",
    null="How far the operator's other customers concentrate on one such text.",
    columns=("prompt_text",),
    look_alikes=(
        "users of one product or pipeline: common, so the bits stay few",
        "a class with one homework: the content repeats, so it is not fresh",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
