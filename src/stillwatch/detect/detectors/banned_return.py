"""Suspended accounts share the group's work, and new accounts carry it on after them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import stats

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, account_table, crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.calibrated import surprise_bits
from stillwatch.detect.spans import Spans, spans
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_ENDED = ("suspended", "banned", "terminated", "blocked", "disabled")
_ENDED_VALUES = pa.array(_ENDED, pa.string())
_AGREE = 0.5
_CEILING = 4.0
_LEAST = 3  # suspended parties and successors: one person who comes back makes two at the most
_DAY = 86_400_000_000
_SOON = 3 * _DAY  # after a suspended party's last use
_FRESH = 7 * _DAY  # from sign-up to the first use of the work
_CARRIED = 0.3  # of the suspended parties' exchanges, at least, come from the successors


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    if not groups:
        return []
    ended = _ended(tables)
    created = np.full(tables.parties, np.inf)
    np.minimum.at(created, tables.party, np.nan_to_num(tables.number("created_us"), nan=np.inf))
    first = np.full(tables.parties, np.inf)
    np.minimum.at(first, tables.party, tables.number("first_us"))
    fresh = np.where(np.isfinite(created), (first - created <= _FRESH).astype(float), np.nan)
    return [
        _one(group, spans(group, tables), ended, fresh) if len(group.streams) else None
        for group in groups
    ]


def _ended(tables: Tables) -> Flags:
    """Parties all of whose accounts were suspended; a firm with one closed account was not."""
    status = pc.utf8_lower(tables.accounts["status"].combine_chunks())
    gone = np.asarray(pc.is_in(status, value_set=_ENDED_VALUES).to_numpy(zero_copy_only=False))
    active = np.bincount(tables.party[~gone.astype(bool)], minlength=tables.parties)
    ended: Flags = active == 0
    return ended


def _one(group: Group, seen: Spans, ended: Flags, fresh: Floats) -> Signal | None:
    gone = ended[seen.party]
    if gone.sum() < _LEAST or gone.all():
        return None
    stops = np.sort(seen.last[gone])
    before = np.searchsorted(stops, seen.first, "right") - 1
    since = seen.first - stops[np.maximum(before, 0)]
    heir = ~gone & (before >= 0) & (since <= _SOON)
    carried = seen.exchanges[heir].sum() / max(int(seen.exchanges[gone].sum()), 1)
    if heir.sum() < _LEAST or carried < _CARRIED:
        return None
    others = np.ones(len(ended), bool)
    others[seen.party] = False
    often = _binomial(int(gone.sum()), len(gone), float(ended[others].sum()), int(others.sum()))
    new = fresh[seen.party[heir]]
    base = fresh[others & ~np.isnan(fresh)]
    known = new[~np.isnan(new)]
    young = _binomial(int(known.sum()), len(known), float(base.sum()), len(base))
    bits = surprise_bits(max(often, young), agree=_AGREE, ceiling=_CEILING)
    if bits <= 0:
        return None
    return Signal(
        bits=bits,
        reason=f"{int(gone.sum())} of {len(gone)} parties in this work were suspended, against"
        f" {ended[others].mean():.1%} of other customers; {int(heir.sum())} others,"
        f" {int(known.sum())} of them just signed up, began within three days after one stopped.",
        accounts=tuple(int(a) for a in seen.account[heir][:5]),
        streams=tuple(int(s) for s in group.streams[:5]),
    )


def _binomial(reached: int, tried: int, base: float, of: int) -> float:
    """Probability of at least `reached` of `tried` at the rate of the others."""
    return float(stats.binom.sf(reached - 1, tried, (base + 1) / (of + 2)))


_TEMPLATE = "Solve the following task completely and show the whole way to the result about"


def _world(seed: int, *, suspended: int) -> Example:
    rng = np.random.default_rng(seed)
    rows = crowd(rng)
    known: list[dict[str, Any]] = [
        {"account_id": f"crowd-{i}", "status": "active", "created_at": START - timedelta(days=300)}
        for i in range(60)
    ]
    names = tuple(f"pool-{i}" for i in range(12))
    for number, name in enumerate(names):
        texts = [f"{_TEMPLATE} {phrase(rng, int(rng.integers(0, 12)))}" for _ in range(25)]
        since = START + timedelta(days=number // 6 * 5)
        over = timedelta(days=4.9)
        rows += sends(name, 25, texts.__getitem__, rng=rng, since=since, over=over)
        status = "suspended" if number < suspended else "active"
        created = since - timedelta(days=2)
        known.append({"account_id": name, "status": status, "created_at": created})
    return Example(exchanges=exchange_table(rows), suspects=names, accounts=account_table(known))


def _fires() -> Example:
    return _world(24, suspended=6)


def _silent() -> Example:
    return _world(25, suspended=1)


DETECTOR = Detector(
    name="banned_return",
    family="intelligence",
    meaning="Suspended accounts share the group's work and new accounts carry it on after them.",
    null="The share of suspended and of newly signed-up parties among all other customers.",
    columns=("prompt_text", "account.status", "account.created_at"),
    look_alikes=(
        "a person who registers again after a mistaken ban: two accounts at the most",
        "a company with a closed account: a party with an active account was not suspended",
        "a popular jailbreak: its users are suspended too, but who follows is no new account",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
