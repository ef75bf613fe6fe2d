"""Who sends most in an hour: the limit that every provider has."""

from __future__ import annotations

from stillwatch.bench.baselines.base import Baseline, Floats
from stillwatch.rollup import Tables

__all__ = ["BASELINE"]


def _score(tables: Tables) -> Floats:
    peaks = tables.engine.fetch(
        """SELECT a.account_id, CAST(max(t.exchanges) AS DOUBLE) AS peak
           FROM activity t JOIN account a USING (account)
           GROUP BY a.account_id ORDER BY a.account_id"""
    )
    score: Floats = peaks["peak"].to_numpy()
    return score


BASELINE = Baseline(
    name="rate_limit",
    meaning="Flags the accounts with the busiest hour.",
    source="Common practice; per-account limits are what every gateway offers.",
    score=_score,
)
