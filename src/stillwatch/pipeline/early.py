"""When could each campaign first have been seen? The same fold and judgement, at earlier moments.

A campaign that is seen at one moment is taken to be seen at later ones, so the first moment is found
by halving the time between its first exchange and now; each look serves all campaigns at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from stillwatch.engine import DuckDB
from stillwatch.pipeline.findings import Campaign
from stillwatch.pipeline.fold import fold
from stillwatch.pipeline.inputs import Inputs
from stillwatch.pipeline.judge import judge
from stillwatch.rollup import Tables
from stillwatch.settings import Settings

__all__ = ["detected_at"]

_SAME = 0.5  # of the smaller group's accounts are common
_LOOKS = ((400_000, 12), (2_000_000, 8), (6_000_000, 5))
_FEWEST = 3


def detected_at(
    engine: DuckDB,
    inputs: Inputs,
    campaigns: Sequence[Campaign],
    tables: Tables,
    *,
    every: timedelta | None,
    settings: Settings,
) -> dict[str, datetime]:
    """The first moment at which each campaign was reported, by campaign id.

    Leaves the engine's tables at an earlier moment; roll up again before using them.

    Args:
        engine: Holds `raw_reading`.
        inputs: Side tables.
        campaigns: Campaigns of the final moment.
        tables: Rollups of the final moment.
        every: Length of a step; None takes few looks, fewer the more exchanges there are.
        settings: What an operator may set.
    """
    if not campaigns:
        return {}
    members = {c.campaign_id: frozenset(m.account_id for m in c.members) for c in campaigns}
    end = max(c.last for c in campaigns) + timedelta(microseconds=1)
    start = min(c.first for c in campaigns)
    rows = int(tables.totals["exchanges"].sum())
    budget = next((n for most, n in _LOOKS if rows <= most), _FEWEST)
    step = every or max((end - start) / 2**budget, timedelta(hours=1))
    count = max(int(np.ceil((end - start) / step)), 1)
    known: dict[int, frozenset[str]] = {count: frozenset(members)}

    def seen(at: int) -> frozenset[str]:
        if at not in known:
            known[at] = _seen(engine, inputs, start + at * step, members, settings)
        return known[at]

    first: dict[str, datetime] = {}
    looks = budget if every is None else count
    for c in campaigns:
        low = int((c.first - start) / step)
        high = count
        while high - low > 1 and (len(known) <= looks or (low + high) // 2 in known):
            middle = (low + high) // 2
            if c.campaign_id in seen(middle):
                high = middle
            else:
                low = middle
        first[c.campaign_id] = min(start + high * step, end)
    return first


def _seen(
    engine: DuckDB,
    inputs: Inputs,
    moment: datetime,
    members: Mapping[str, frozenset[str]],
    settings: Settings,
) -> frozenset[str]:
    """Campaigns that were reported at a moment, by the accounts they have in common with now."""
    tables, _ = fold(engine, accounts=inputs.accounts, releases=inputs.releases, as_of=moment)
    if tables.accounts.num_rows < settings.detect.minimum_parties:
        return frozenset()
    judged = judge(tables, minimum_parties=settings.detect.minimum_parties)
    found = set()
    for assessment in judged.assessments:
        if assessment.probability < settings.assess.report_at:
            continue
        ids = {tables.ids[a] for a in assessment.group.accounts}
        found |= {n for n, m in members.items() if len(ids & m) >= _SAME * min(len(ids), len(m))}
    return frozenset(found)
