"""The busiest customers that stand alone: pipelines, benchmarks, services, and why they may."""

from __future__ import annotations

import numpy as np

from stillwatch.pipeline.judge import Judgement
from stillwatch.rollup import Tables
from stillwatch.schema.report import LookAlike

__all__ = ["busy_alone"]

_BUSIEST = 6  # customers with most exchanges …
_DENSEST = 4  # … and with most in an hour in which they send at all
_FEW = 10  # accounts: customers with more are listed as such
_ALWAYS = 22  # of the 24 hours of a day
_FIXED = 3  # of the 24 hours of a day …
_AGAIN = 5  # … in so many hours, before a customer counts as scheduled


def busy_alone(judged: Judgement, tables: Tables, *, report_at: float) -> list[LookAlike]:
    """Customers of few accounts who are in no group that is reported: most exchanges, most an hour.

    Args:
        judged: What was found.
        tables: The run's rollups.
        report_at: Probability from which a group is reported.
    """
    reported = np.zeros(tables.accounts.num_rows, bool)
    for assessment in judged.assessments:
        if assessment.probability >= report_at:
            reported[assessment.group.accounts] = True
    sent = np.bincount(tables.party, tables.totals["exchanges"], minlength=tables.parties)
    sent[tables.party[reported]] = 0
    accounts = np.bincount(tables.party, minlength=tables.parties)
    sent[accounts >= _FEW] = 0
    hours, clock = _hours(tables)
    dense = np.where(hours >= _AGAIN, sent / hours, 0)
    number = np.arange(len(sent))
    shown = [*np.lexsort((number, -sent))[:_BUSIEST], *np.lexsort((number, -dense))[:_DENSEST]]
    return [
        {
            "label": _label(int(accounts[p]), int(hours[p]), int(clock[p])),
            "accounts": int(accounts[p]),
            "exchanges": int(sent[p]),
            "why": f"{_rhythm(int(hours[p]), int(clock[p]))} Much traffic of one customer is no"
            " campaign, however regular: that takes at least three customers who act as one, and"
            " no such group holds this one.",
            "one_operator": None,
            "harvest": None,
        }
        for p in dict.fromkeys(shown)
        if sent[p] > 0
    ]


def _hours(tables: Tables) -> tuple[np.ndarray, np.ndarray]:
    """By party: hours of the window, and of the day, in which it sent anything."""
    counted = tables.engine.fetch(
        """SELECT a.party, CAST(count(DISTINCT t.hour) AS BIGINT) AS hours,
                  CAST(count(DISTINCT t.hour % 24) AS BIGINT) AS clock
           FROM activity t JOIN account a USING (account) GROUP BY a.party ORDER BY a.party"""
    )
    return counted["hours"].to_numpy(), counted["clock"].to_numpy()


def _label(accounts: int, hours: int, clock: int) -> str:
    who = "1 account" if accounts == 1 else f"{accounts:,} accounts of one customer"
    if clock <= _FIXED and hours >= _AGAIN:
        return f"{who}, busy at the same hours of the day"
    return f"{who}, busy around the clock" if clock >= _ALWAYS else f"{who}, busy"


def _rhythm(hours: int, clock: int) -> str:
    if clock <= _FIXED and hours >= _AGAIN:
        return f"Active in {hours:,} hours, all at {clock} of the day’s 24, as a scheduled job is."
    shape = ", as a service or a benchmark is" if clock >= _ALWAYS else ""
    return f"Active in {hours:,} hours, at {clock} of the day’s 24{shape}."
