"""Accounts that never sleep: each of them covers the clock as people do not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.matched import Peers, spoken, typical
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]

_AGREE = 0.25
_CEILING = 2.5
_ENOUGH = 24  # exchanges of an account
_DAYS = 3.0  # of life: a shorter one has no nights to compare
_DAY = 24


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    flat, idle = tables.once(_flatness)
    peers = Peers.of(tables, flat, tables.totals["exchanges"])
    own = np.array([typical(peers.shares(group)) for group in groups])
    for i, group in enumerate(groups):
        # who rests for a whole day is not around the clock, however scattered the rest is
        if not np.isnan(own[i]) and np.nanmedian(idle[group.accounts]) >= _DAY:
            own[i] = 1.0

    def reason(group: Group, share: float) -> str:
        hours = float(np.nanmedian(idle[group.accounts]))
        return (
            f"only {share:.1%} of customers as busy, or of other groups, are spread over the clock"
            f" as evenly as the typical account; its longest rest of all is {hours:.0f} hours."
        )

    return spoken(groups, own, reason, agree=_AGREE, ceiling=_CEILING)


def _flatness(tables: Tables) -> tuple[Floats, Floats]:
    """By account, spread over the clock (0…1; NaN for too few exchanges), and longest rest.

    The spread is the entropy over the hours of the day times the share of the account's life that
    is not its longest rest: an early bird and a machine that is switched off at night both lose.
    """
    hours = tables.engine.fetch(
        """SELECT account, CAST(hour % 24 AS BIGINT) AS clock, CAST(sum(exchanges) AS BIGINT) AS n
           FROM activity GROUP BY account, clock"""
    )
    count = np.zeros((tables.accounts.num_rows, _DAY))
    count[tables.place(hours["account"]), hours["clock"].to_numpy()] = hours["n"].to_numpy()
    total = np.maximum(count.sum(axis=1), 1)
    part = count / total[:, None]
    entropy = -(part * np.log(np.where(part > 0, part, 1))).sum(axis=1) / np.log(_DAY)
    rests = tables.engine.fetch(
        """SELECT account, max(hour - before) AS rest, max(hour) - min(hour) + 1 AS life
           FROM (SELECT account, hour, lag(hour) OVER (PARTITION BY account ORDER BY hour) AS before
                 FROM activity)
           GROUP BY account HAVING count(before) > 0"""
    )
    at = tables.place(rests["account"])
    rest, life = (np.full(len(total), np.nan) for _ in range(2))
    rest[at], life[at] = rests["rest"].to_numpy() - 1, rests["life"].to_numpy()
    enough = (total >= _ENOUGH) & (life >= _DAYS * _DAY)
    flat = np.where(enough, entropy * (1 - rest / life), np.nan)
    return flat, np.where(enough, rest, np.nan)


def _world(*, awake: int) -> Example:
    """People who are awake for 16 hours, and a group that is awake for `awake`."""
    rng = np.random.default_rng(61)
    people = [(f"crowd-{i}", 16) for i in range(80)]
    group = [(f"pool-{i}", awake) for i in range(8)]
    rows = crowd(rng, accounts=10)
    for name, hours in people + group:
        begins = int(rng.integers(0, _DAY))
        sent = sends(name, 60, lambda _: phrase(rng, 1), rng=rng)
        for row in sent:
            passed = row["started_at"] - START
            day, within = passed.days, passed.seconds * hours // _DAY
            row["started_at"] = (
                START + np.timedelta64(day * 86_400 + begins * 3600 + within, "s").item()
            )
        rows += sent
    return Example(exchanges=exchange_table(rows), suspects=tuple(n for n, _ in group))


def _fires() -> Example:
    return _world(awake=24)


def _silent() -> Example:
    return _world(awake=16)


DETECTOR = Detector(
    name="flat_rhythm",
    family="volume",
    meaning="The typical account is active around the clock, without the nights that people have.",
    null="One account a customer with about as many exchanges; and what other groups show.",
    columns=(),
    look_alikes=(
        "pipelines, monitors and nightly jobs: as flat, and common among accounts as busy",
        "people of many time zones: each of them sleeps, and accounts are compared singly",
        "people of irregular hours: single accounts, not the typical one of a group",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
