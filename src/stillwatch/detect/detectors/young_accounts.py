"""Accounts that were new when they took up the group's work, though no event brought them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.events import brought
from stillwatch.detect.examples import START, account_table, crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.population import rarity_bits
from stillwatch.detect.streams import stream_weight
from stillwatch.rollup.tables import HOUR, Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]

_AGREE = 0.6
_CEILING = 3.0
_OLD = -2.3  # bits, where half of the group is as old as customers are: farmed accounts rarely are
_GROWN, _GROWN_BY = 0.4, 0.2
_ENOUGH = 4  # accounts with a known age
_ONE_EVENT = 0.5  # of the group, before its youth is the event's and not the group's
_ANYWHERE = np.linspace(0.15, 0.85, 12)  # what strangers show, where little can be compared


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    rank, streams = tables.once(_ranks)
    weight = stream_weight(tables)
    return [_one(group, rank, streams, weight, tables) for group in groups]


def _ranks(tables: Tables) -> tuple[Floats, Floats]:
    """How new each account was, and the typical account of each stream."""
    age = tables.number("first_us") - tables.number("created_us")
    rank = _rank(np.where(age >= 0, age, np.nan))
    return rank, _stream_ranks(tables, rank)


def _rank(values: Floats) -> Floats:
    """Share of all accounts that were as new or newer, 0…1; NaN where unknown."""
    known = np.flatnonzero(~np.isnan(values))
    rank = np.full(len(values), np.nan)
    ordered = np.sort(values[known])
    rank[known] = np.searchsorted(ordered, values[known], side="right") / max(len(known), 1)
    return rank


def _stream_ranks(tables: Tables, rank: Floats) -> Floats:
    """By stream position: median rank of its accounts, NaN where too few are known."""
    rows = tables.stream_rows
    mine = rank[rows["a"].to_numpy()]
    known = ~np.isnan(mine)
    stream = rows["s"].to_numpy()[known]
    order = np.lexsort((mine[known], stream))
    start = np.searchsorted(stream[order], np.arange(tables.streams.num_rows + 1))
    count = np.diff(start)
    middle = np.minimum(start[:-1] + count // 2, max(len(order) - 1, 0))
    typical: Floats = mine[known][order][middle] if len(order) else np.zeros(len(count))
    return np.where(count >= _ENOUGH, typical, np.nan)


def _one(
    group: Group, rank: Floats, streams: Floats, weight: Floats, tables: Tables
) -> Signal | None:
    mine = rank[group.accounts]
    if (~np.isnan(mine)).sum() < _ENOUGH:
        return None
    typical = float(np.nanmedian(mine))
    others = ~np.isnan(streams)
    others[group.streams] = False
    reached = float(weight[others & (streams <= typical)].sum()) + (typical >= _ANYWHERE).sum()
    share = (1 + reached) / (1 + float(weight[others].sum()) + len(_ANYWHERE))
    bits = rarity_bits(share, agree=_AGREE, ceiling=_CEILING, floor=0)
    bits += _OLD * float(np.clip((typical - _GROWN) / _GROWN_BY, 0, 1))
    event = brought(group, tables)
    if event >= _ONE_EVENT and bits > 0:
        bits *= 0.15
    days = (tables.number("first_us") - tables.number("created_us"))[group.accounts] / (24 * HOUR)
    return Signal(
        bits=bits,
        reason=f"half of the accounts were younger than {np.nanmedian(days):.0f} days when first"
        f" seen; {typical:.0%} of all accounts are as new, and {event:.0%} of the group signed up"
        " at events of two days.",
    )


def _example(*, event: bool) -> Example:
    rng = np.random.default_rng(31)
    rows = crowd(rng)
    names = tuple(f"new-{i}" for i in range(12))
    for name in names:
        texts = [phrase(rng, int(rng.integers(0, 12))) for _ in range(10)]
        rows += sends(name, 10, texts.__getitem__, rng=rng)
    day = 24 * HOUR
    start = int(START.timestamp() * 1_000_000)
    ages = [1.0 if event else 1.0 + 1.2 * i for i in range(len(names))]
    known = [
        {"account_id": n, "created_at": np.datetime64(int(start - a * day), "us").item()}
        for n, a in zip(names, ages, strict=True)
    ]
    known += [
        {
            "account_id": f"crowd-{i}",
            "created_at": np.datetime64(int(start - (20 + 5 * i) * day), "us").item(),
        }
        for i in range(60)
    ]
    return Example(exchanges=exchange_table(rows), suspects=names, accounts=account_table(known))


DETECTOR = Detector(
    name="young_accounts",
    family="identity",
    meaning="Most of the accounts were new when they took up the group's work.",
    null="How old the accounts of other groups and of other streams were.",
    columns=("account.created_at",),
    look_alikes=(
        "a class, hackathon or launch: most sign up within two days, and then it counts little",
        "users of a young product: they share no means and no recipe",
    ),
    weigh=_weigh,
    fires=lambda: _example(event=False),
    silent=lambda: _example(event=True),
)
