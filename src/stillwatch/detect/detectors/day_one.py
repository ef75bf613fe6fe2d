"""New accounts that work at full rate from the day of their sign-up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from stillwatch.detect.affiliation import openly_affiliated
from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, account_table, crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.matched import Peers, spoken, typical
from stillwatch.rollup.tables import HOUR, Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]

_AGREE = 0.25
_CEILING = 2.5
_LEAST = 0.3  # of the accounts are new and lived long enough to be judged
_OPEN = 0.5  # share of openly affiliated accounts from which it is a roll-out
_LIFE_DAYS = 3.0  # a class or a hackathon is over by then
_DAY = 24 * HOUR


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    rate = _sustained(tables)
    peers = Peers.of(tables, rate, tables.number("created_us"))
    own = np.full(len(groups), np.nan)
    for i, group in enumerate(groups):
        shares = peers.shares(group)
        if (~np.isnan(shares)).mean() >= _LEAST and openly_affiliated(group, tables) < _OPEN:
            own[i] = typical(shares)

    def reason(group: Group, share: float) -> str:
        daily = float(np.nanmedian(rate[group.accounts]))
        return (
            f"the typical new account sends {daily:,.0f} exchanges on the day of its sign-up and"
            f" keeps that up; {share:.1%} of accounts of the same age do, or of other groups."
        )

    return spoken(groups, own, reason, agree=_AGREE, ceiling=_CEILING)


def _sustained(tables: Tables) -> Floats:
    """By account, exchanges a day that it had on its first day and kept up after it.

    The lesser of the first day's number and the later daily mean: who tries a thing once or comes
    to it slowly has little of one. NaN for accounts older than the data or gone within days.
    """
    rows = tables.engine.fetch(
        f"""SELECT t.account, CAST(sum(t.exchanges) AS BIGINT) AS n
            FROM activity t JOIN account a USING (account)
            WHERE t.first_us < a.created_us + {_DAY} GROUP BY t.account"""
    )
    first = np.zeros(tables.accounts.num_rows)
    first[tables.place(rows["account"])] = rows["n"].to_numpy()
    created, last = tables.number("created_us"), tables.number("last_us")
    began = np.nanmin(tables.number("first_us")) if len(first) else 0.0
    life = (last - created) / _DAY
    judged = (created >= began) & (life >= _LIFE_DAYS)
    later = (tables.totals["exchanges"] - first) / np.maximum(life - 1, 1)
    return np.where(judged, np.minimum(first, later), np.nan)


def _world(*, at_once: bool) -> Example:
    rng = np.random.default_rng(71)
    rows = crowd(rng, accounts=10)
    names = tuple(f"pool-{i}" for i in range(8))
    known = []
    for number, name in enumerate([f"new-{i}" for i in range(80)] + list(names)):
        since = START + timedelta(days=1, hours=number % 24)
        known.append({"account_id": name, "created_at": since})
        soon, then = (20, 140) if at_once and name in names else (3, 25 + number % 9)
        day = timedelta(days=1)
        rows += sends(name, then, lambda _: phrase(rng, 1), rng=rng, since=since + day)
        rows += sends(name, soon, lambda _: phrase(rng, 1), rng=rng, since=since, over=day)
    return Example(exchanges=exchange_table(rows), suspects=names, accounts=account_table(known))


def _fires() -> Example:
    return _world(at_once=True)


def _silent() -> Example:
    return _world(at_once=False)


DETECTOR = Detector(
    name="day_one",
    family="volume",
    meaning="New accounts reach their full rate on the day of their sign-up and keep it.",
    null="Other accounts that signed up at about the same time; and what other groups show.",
    columns=("account.created_at",),
    look_alikes=(
        "a class, a hackathon: gone or quiet within days, so their lives say nothing",
        "a customer who migrates: one account, not the typical one of a group",
        "a company roll-out: openly affiliated accounts are left alone",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
