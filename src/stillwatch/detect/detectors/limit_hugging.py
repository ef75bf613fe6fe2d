"""Accounts that run into their rate limits more than accounts as busy do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.matched import Peers, spoken
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

_AGREE = 0.2
_CEILING = 2.0
_ENOUGH = 10  # exchanges of an account
_BROAD = 0.3  # of the accounts are limited at all: one runaway script is not a group's habit


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    sent = tables.totals["exchanges"]
    rate = np.where(sent >= _ENOUGH, tables.totals["limited"] / np.maximum(sent, 1), np.nan)
    peers = Peers.of(tables, rate, sent)
    own = np.full(len(groups), np.nan)
    for i, group in enumerate(groups):
        mine = rate[group.accounts]
        known = ~np.isnan(mine)
        if known.any():
            # the mean, so that accounts without a refusal (share 1) count against it
            broad = (mine[known] > 0).mean() >= _BROAD
            own[i] = float(peers.shares(group)[known].mean()) if broad else 1.0

    def reason(group: Group, share: float) -> str:
        hit = int((tables.totals["limited"][group.accounts] > 0).sum())
        refused = float(np.nanmean(rate[group.accounts]))
        return (
            f"{hit} of {len(group.accounts)} accounts run into rate limits, with {refused:.1%}"
            f" of their exchanges; {share:.1%} of customers as busy are limited as often."
        )

    return spoken(groups, own, reason, agree=_AGREE, ceiling=_CEILING)


_RARE = 0.01


def _world(*, limited: float) -> Example:
    rng = np.random.default_rng(81)
    rows = crowd(rng, accounts=60, each=40)
    for row in rows:
        row["http_status"] = 429 if rng.random() < _RARE else 200
    names = tuple(f"pool-{i}" for i in range(8))
    for name in names:
        rows += sends(
            name,
            60,
            lambda _: phrase(rng, 1),
            rng=rng,
            http_status=lambda _: 429 if rng.random() < limited else 200,
        )
    return Example(exchanges=exchange_table(rows), suspects=names)


def _fires() -> Example:
    return _world(limited=0.2)


def _silent() -> Example:
    return _world(limited=_RARE)


DETECTOR = Detector(
    name="limit_hugging",
    family="volume",
    meaning="Many of the accounts run into their rate limits beyond what accounts as busy do.",
    null="One account a customer with about as many exchanges; and what other groups show.",
    columns=("http_status",),
    look_alikes=(
        "one busy user or runaway script: most of the group must be limited",
        "batch jobs and agent fleets: as busy, and limited as often",
        "an outage or a new model's first day: it limits everybody",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
