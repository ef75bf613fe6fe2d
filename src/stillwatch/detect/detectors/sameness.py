"""Parties that share a text and are alike in what no text fixes: how much, how often, how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.events import passing
from stillwatch.detect.examples import START, crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.population import rarity_bits
from stillwatch.detect.nulls.sharers import BUSY, PARTIES, by_party, sharers, spans
from stillwatch.detect.streams import compare_parties
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_AGREE = 0.3
_CEILING = 3.0
_LEVELS = 16  # of volume, within which the other habits are compared
_WORST = 3  # habits that decide: those in which the parties are least alike
_UNIFORM = 0.25  # mean distance of a uniform rank from its median
_CROSSED = 0.10  # of the texts repeat across parties: a worksheet, and pupils are alike


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    if not groups:
        return []
    habits, busy = tables.once(_habits), by_party(tables, tables.totals["exchanges"])
    others, spread = tables.once(_others)
    joined = np.concatenate([*others, np.empty(0, np.int64)])
    starts = np.cumsum([0, *map(len, others)])[: len(others)]
    crossed, sent = compare_parties(tables).crossed, tables.streams["exchanges"].to_numpy()
    found: list[Signal | None] = []
    for group in groups:
        mine = np.unique(tables.party[group.accounts])
        own = group.streams
        if len(mine) < PARTIES or not len(own) or np.median(busy[mine]) < BUSY:
            found.append(None)
            continue
        dealt = 1 - float((crossed[own] * sent[own]).sum() / sent[own].sum()) / _CROSSED
        dealt *= 1 - passing(group, tables)  # who came for an event is alike in all of this
        member = np.zeros(tables.parties, bool)
        member[mine] = True
        common = np.add.reduceat(member[joined].astype(int), starts) if others else joined
        foreign = spread[common == 0]
        found.append(_one(_spread(habits[mine]), len(mine), foreign, max(dealt, 0.0)))
    return found


def _others(tables: Tables) -> tuple[list[Index], Floats]:
    """Sets of parties that share a text, and how alike each of them is."""
    habits = tables.once(_habits)
    sets = tables.once(sharers)
    return sets, np.array([_spread(habits[p]) for p in sets])


def _one(mine: float, parties: int, others: Floats, dealt: float) -> Signal | None:
    share = (1 + int((others <= mine).sum())) / (1 + len(others))
    bits = rarity_bits(share, agree=_AGREE, ceiling=_CEILING, floor=0) * dealt
    if bits <= 0:
        return None
    return Signal(
        bits=bits,
        reason=f"{parties} parties are alike in volume, days, gaps, bursts and age: {mine:.0%} of"
        f" the spread of unrelated customers even where they differ most; {share:.1%} of"
        f" {len(others):,} other sets of parties that share a text are as alike.",
    )


def _spread(ranks: Floats) -> float:
    """Spread of the least alike habits of a set of parties, 1 as among unrelated ones."""
    with np.errstate(invalid="ignore"):
        known = (~np.isnan(ranks)).sum(axis=0) >= PARTIES
        middle = np.nanmedian(ranks[:, known], axis=0)
        apart = np.nanmean(np.abs(ranks[:, known] - middle), axis=0) / _UNIFORM
    return float(np.sort(apart)[-_WORST:].mean())


def _habits(tables: Tables) -> Floats:
    """Party × habit as ranks 0…1; all but volume among parties of similar volume."""
    rows = tables.engine.fetch(
        """SELECT a.account_id, CAST(count(DISTINCT t.hour // 24) AS BIGINT) AS days,
                  CAST(sum(t.exchanges * t.exchanges) AS BIGINT) AS square,
                  CAST(coalesce(sum(t.exchanges) FILTER (WHERE (t.hour // 24 + 3) % 7 >= 5), 0)
                       AS BIGINT) AS weekend
           FROM activity t JOIN account a ON t.account = a.account
           GROUP BY a.account_id ORDER BY a.account_id"""
    )
    days, square, weekend = (
        by_party(tables, rows[n].to_numpy().astype(float)) for n in ("days", "square", "weekend")
    )
    sent = by_party(tables, tables.totals["exchanges"])
    first, last = spans(tables)
    created = np.full(tables.parties, np.inf)
    np.minimum.at(created, tables.party, np.nan_to_num(tables.number("created_us"), nan=np.inf))
    age = np.where(np.isfinite(created), first - created, np.nan)
    span = np.floor((last - first) / 86_400_000_000) + 1
    level = np.floor(_rank(sent) * _LEVELS)
    values = (days, days / span, square / sent, weekend / sent, age)
    ranked = [_rank(sent)]
    for value in values:
        column = np.full(tables.parties, np.nan)
        for k in range(_LEVELS):
            at = np.flatnonzero((level == k) & ~np.isnan(value))
            column[at] = _rank(value[at])
        ranked.append(column)
    return np.stack(ranked, axis=1)


def _rank(values: Floats) -> Floats:
    ranks: Floats = (stats.rankdata(values) - 0.5) / max(len(values), 1)
    return ranks


def _world(rng: np.random.Generator, prefix: str, *, even: bool) -> list[dict[str, Any]]:
    """Eight parties with one text; as even as dealt, or each with its own pace and start."""
    rows: list[dict[str, Any]] = []
    shared = phrase(rng, int(rng.integers(0, 12)))
    for number in range(8):
        count = 60 if even else int(np.exp(rng.normal(4, 0.9))) + 8
        over = timedelta(days=9.0 if even else float(rng.uniform(1, 12)))
        since = START if even else START + timedelta(days=float(rng.uniform(0, 12)))
        texts = [f"{shared} {phrase(rng, int(rng.integers(0, 12)))}" for _ in range(count)]
        name = f"{prefix}-{number}"
        rows += sends(name, count, texts.__getitem__, rng=rng, since=since, over=over)
    return rows


def _example(seed: int, *, even: bool) -> Example:
    rng = np.random.default_rng(seed)
    rows = crowd(rng, accounts=100, each=40)
    for number in range(12):
        rows += _world(rng, f"shop{number}", even=False)
    rows += _world(rng, "pool", even=even)
    return Example(exchanges=exchange_table(rows), suspects=tuple(f"pool-{i}" for i in range(8)))


def _fires() -> Example:
    return _example(17, even=True)


def _silent() -> Example:
    return _example(18, even=False)


DETECTOR = Detector(
    name="sameness",
    family="coordination",
    meaning="Parties that share a text are alike in volume, days, gaps, bursts, weekends and age.",
    null="Other sets of parties that share a text, each measured among parties of similar volume.",
    columns=("prompt_text",),
    look_alikes=(
        "users of one product: they share client, model and sampling, which are not looked at",
        "a class: alike, but with the same exercises; repeated texts take the bits away",
        "a viral prompt: one-off visitors are all alike and are not compared",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
