"""When could each campaign first have been seen? The same fold and judgement, at earlier moments.

Which moments are looked at is chosen for all campaigns together (`pipeline.looks`).
Of much traffic the looks see the campaigns' accounts and some of the others, so dates are rough:
what members share looks commoner then, which mostly, though not always, dates a campaign later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.engine import Engine
from stillwatch.pipeline.findings import Campaign, Dated
from stillwatch.pipeline.fold import fold
from stillwatch.pipeline.hindsight import without_hindsight
from stillwatch.pipeline.inputs import Inputs
from stillwatch.pipeline.judge import judge
from stillwatch.pipeline.looks import Brackets
from stillwatch.rollup import Tables
from stillwatch.schema.calibration import Calibration
from stillwatch.settings import Settings

__all__ = ["detected_at"]

_SAME = 0.5  # of the smaller group's accounts are common
_MOMENTS = 512  # that few looks choose from
_SETTLED = 0.005  # mean share of a campaign's exchanges: less is not worth one of few looks
_LOOKS = ((400_000, 8), (800_000, 7), (2_000_000, 6))
_FEWEST = 4
_WHOLE = 1_500_000  # exchanges; of more, only the campaigns and a share of the others are looked at
_OTHERS = 5  # times the campaigns' own exchanges, at the least: they are whom to compare with


def detected_at(
    engine: Engine,
    inputs: Inputs,
    campaigns: Sequence[Campaign],
    tables: Tables,
    *,
    every: timedelta | None,
    settings: Settings,
    calibration: Calibration | None = None,
) -> dict[str, Dated]:
    """When each campaign was reported first, by campaign id.

    Looks run in an engine of their own; the tables of the final moment stay as they are.

    Args:
        engine: Holds `raw_reading`.
        inputs: Side tables.
        campaigns: Campaigns of the final moment.
        tables: Rollups of the final moment.
        every: Length of a step; None takes few looks, fewer the more exchanges there are.
        settings: What an operator may set.
        calibration: Stored nulls and weights, as in the run itself.
    """
    if not campaigns:
        return {}
    members = {c.campaign_id: frozenset(m.account_id for m in c.members) for c in campaigns}
    end = max(c.last for c in campaigns) + timedelta(microseconds=1)
    start = min(c.first for c in campaigns)
    watched, rows = _watched(campaigns, tables)
    budget = next((n for most, n in _LOOKS if rows <= most), _FEWEST)
    step = every or max((end - start) / _MOMENTS, timedelta(hours=1))
    count = max(int(np.ceil((end - start) / step)), 1)
    brackets = Brackets(
        _made(campaigns, tables, start, step, count),
        np.array([int((c.first - start) / step) for c in campaigns]),
    )
    looks, least = (budget, _SETTLED) if every is None else (count, 0.0)
    with engine.aside("raw_reading", _only(engine, watched)) as past:
        for _ in range(looks):
            at = brackets.following(least=least)
            if at is None:
                break
            moment = start + at * step
            facts = inputs.accounts
            facts = None if facts is None else without_hindsight(facts, tables, moment)
            seen = _seen(
                past, replace(inputs, accounts=facts), moment, members,
                settings=settings, calibration=calibration,
            )  # fmt: skip
            brackets.looked(at, np.array([c.campaign_id in seen for c in campaigns]))
    return {
        c.campaign_id: Dated(
            by=min(start + int(high) * step, end),
            after=None if at == int((c.first - start) / step) else start + int(at) * step,
        )
        for c, at, high in zip(campaigns, brackets.low, brackets.high, strict=True)
    }


def _made(
    campaigns: Sequence[Campaign], tables: Tables, start: datetime, step: timedelta, count: int
) -> npt.NDArray[np.float64]:
    """Campaign × moment: share of the members' exchanges in hours that begin before the moment."""
    number = np.repeat(np.arange(len(campaigns)), [len(c.members) for c in campaigns])
    place = np.array([m.place for c in campaigns for m in c.members], np.int64)
    digest = tables.accounts["account"].to_numpy()[place]
    tables.engine.attach("watched_member", pa.table({"account": digest, "campaign": number}))
    rows = tables.engine.fetch(
        """SELECT w.campaign, t.hour, CAST(sum(t.exchanges) AS BIGINT) AS exchanges
           FROM activity t JOIN watched_member w ON t.account = w.account
           GROUP BY w.campaign, t.hour"""
    )
    tables.engine.drop("watched_member")
    begun = rows["hour"].to_numpy() * 3600.0 - start.timestamp()
    slot = np.clip(np.floor(begun / step.total_seconds()).astype(np.int64) + 1, 0, count)
    cell = rows["campaign"].to_numpy() * (count + 1) + slot
    sent = np.bincount(cell, rows["exchanges"].to_numpy(), minlength=len(campaigns) * (count + 1))
    made = np.cumsum(sent.reshape(len(campaigns), count + 1), axis=1)
    share: npt.NDArray[np.float64] = made / np.maximum(made[:, -1:], 1)
    return share


def _watched(
    campaigns: Sequence[Campaign], tables: Tables
) -> tuple[npt.NDArray[np.int64] | None, int]:
    """Digests of the accounts that looks see (None for all), and how many exchanges they have."""
    exchanges = tables.totals["exchanges"]
    member = np.zeros(len(exchanges), bool)
    member[[m.place for c in campaigns for m in c.members]] = True
    room = max(_WHOLE, _OTHERS * exchanges[member].sum())
    if exchanges[~member].sum() <= room:
        return None, int(exchanges.sum())
    digests = tables.accounts["account"].to_numpy()
    others = np.flatnonzero(~member)
    others = others[np.argsort(digests[others], kind="stable")]
    taken = others[np.cumsum(exchanges[others]) <= room]
    return digests[np.concatenate([np.flatnonzero(member), taken])], int(
        exchanges[member].sum() + exchanges[taken].sum()
    )


def _only(engine: Engine, watched: npt.NDArray[np.int64] | None) -> str | None:
    if watched is None:
        return None
    engine.attach("watched", pa.table({"account": watched}))
    return "SELECT r.* FROM raw_reading r SEMI JOIN watched w ON r.account = w.account"


def _seen(
    engine: Engine,
    inputs: Inputs,
    moment: datetime,
    members: Mapping[str, frozenset[str]],
    *,
    settings: Settings,
    calibration: Calibration | None,
) -> frozenset[str]:
    """Campaigns that were reported at a moment, by the accounts they have in common with now."""
    tables, _ = fold(
        engine, accounts=inputs.accounts, releases=inputs.releases, as_of=moment,
        minimum_exchanges=settings.detect.minimum_exchanges,
        minimum_parties=settings.detect.minimum_parties,
    )  # fmt: skip
    if tables.accounts.num_rows < settings.detect.minimum_parties:
        return frozenset()
    judged = judge(tables, minimum_parties=settings.detect.minimum_parties, calibration=calibration)
    found = set()
    for assessment in judged.assessments:
        if assessment.probability < settings.assess.report_at:
            continue
        ids = {tables.ids[a] for a in assessment.group.accounts}
        found |= {n for n, m in members.items() if len(ids & m) >= _SAME * min(len(ids), len(m))}
    return frozenset(found)
