"""Findings as the four tables of the data contract."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from stillwatch.campaign.brief import capital
from stillwatch.pipeline.examples import Examples
from stillwatch.pipeline.findings import Campaign
from stillwatch.pipeline.judge import Judgement
from stillwatch.pipeline.templates import main_streams
from stillwatch.respond import recommend
from stillwatch.rollup import Tables
from stillwatch.schema import ACCOUNT_ASSESSMENT, CAMPAIGN, EVIDENCE, MEMBER

__all__ = ["account_table", "campaign_table", "evidence_table", "member_table"]

_LEAST = 0.005  # an account below it has no evidence worth a row
_CERTAIN = 1e-6


def campaign_table(campaigns: Sequence[Campaign], summaries: Sequence[str]) -> pa.Table:
    """One row a campaign."""
    rows = [
        {
            "campaign_id": c.campaign_id,
            "probability": c.assessment.probability,
            "first_seen": c.first,
            "last_seen": c.last,
            "detected_at": c.detected_at,
            "accounts": len(c.members),
            "exchanges": c.exchanges,
            "capabilities": list(c.aims),
            "evidence_families": list(c.assessment.families),
            "summary": summary,
        }
        for c, summary in zip(campaigns, summaries, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=CAMPAIGN)


def member_table(campaigns: Sequence[Campaign]) -> pa.Table:
    """One row a campaign and account."""
    rows = [
        {
            "campaign_id": c.campaign_id,
            "account_id": m.account_id,
            "probability": m.probability,
            "exchanges": m.exchanges,
            "linked_by": list(m.linked_by),
        }
        for c in campaigns
        for m in c.members
    ]
    return pa.Table.from_pylist(rows, schema=MEMBER)


def account_table(judged: Judgement, campaigns: Sequence[Campaign], tables: Tables) -> pa.Table:
    """One row an account that has any evidence, reported or not."""
    best = np.zeros(tables.accounts.num_rows)
    for assessment in judged.assessments:
        np.maximum.at(best, assessment.group.accounts, assessment.member_probability)
    campaign = {m.place: c.campaign_id for c in reversed(campaigns) for m in c.members}
    action = {m.place: m.action for c in reversed(campaigns) for m in c.members}
    rows = []
    for place in np.flatnonzero(best >= _LEAST):
        p = float(np.clip(best[place], _CERTAIN, 1 - _CERTAIN))
        rows.append(
            {
                "account_id": tables.ids[place],
                "probability": p,
                "log_odds_bits": float(np.log2(p / (1 - p))),
                "recommended_action": action.get(int(place), recommend(min(p, 0.49))),
                "campaign_id": campaign.get(int(place)),
            }
        )
    return pa.Table.from_pylist(rows, schema=ACCOUNT_ASSESSMENT)


def evidence_table(campaigns: Sequence[Campaign], examples: Examples, tables: Tables) -> pa.Table:
    """One row a piece of evidence, in favour or against, by campaign and weight."""
    rows = [
        {
            "subject_kind": "campaign",
            "subject_id": c.campaign_id,
            "detector": step.detector,
            "family": step.family,
            "bits": step.counted_bits,
            "reason": capital(step.signal.reason),
            "exchange_ids": examples.shown(
                step.signal.streams,
                step.signal.accounts,
                members=c.sure,
                otherwise=main_streams(c, tables),
            ),
        }
        for c in campaigns
        for answer in (c.assessment.operator, c.assessment.harvest)
        for step in answer.steps
    ]
    return pa.Table.from_pylist(rows, schema=EVIDENCE)
