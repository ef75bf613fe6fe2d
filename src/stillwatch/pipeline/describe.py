"""The run as the report's dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from stillwatch import __version__
from stillwatch.assess import Answer, both
from stillwatch.assess.combine import Step
from stillwatch.assess.discovery import expected_false
from stillwatch.campaign import brief
from stillwatch.campaign.brief import capital
from stillwatch.pipeline.drift import drift
from stillwatch.pipeline.examples import Examples
from stillwatch.pipeline.findings import Campaign, moment
from stillwatch.pipeline.judge import Judgement
from stillwatch.pipeline.pictures import graph, hourly, timeline
from stillwatch.pipeline.spared import left_alone
from stillwatch.pipeline.templates import main_streams
from stillwatch.respond import recommend
from stillwatch.rollup import Tables
from stillwatch.schema.calibration import Calibration
from stillwatch.schema.report import (
    CalibrationReport,
    CampaignReport,
    Question,
    Report,
    TemplateUse,
    Traffic,
    Untaken,
)

__all__ = ["BLIND_SPOTS", "report", "summary"]

BLIND_SPOTS = (
    "Transcripts that were bought from others: they leave no trace in these logs.",
    "Shell companies that resell honestly looking traffic and keep a copy.",
    "Extraction of one narrow skill with a few hundred requests.",
    "The same operation on another provider's or a cloud's platform without shared indicators.",
)
_IN_FAVOUR = 0.5  # counted bits from which a reason is told
_TITLES = {
    "one_operator": "Is it one operator who poses as strangers?",
    "harvest": "Is it harvesting?",
}


def summary(campaign: Campaign, tables: Tables) -> str:
    """The campaign's brief."""
    a = campaign.assessment
    return brief(
        accounts=len(campaign.members),
        parties=len(np.unique(tables.party[a.group.accounts])),
        exchanges=campaign.exchanges,
        first=campaign.first,
        last=campaign.last,
        aims=campaign.aims,
        operator=[s.signal.reason for s in a.operator.steps if s.counted_bits > _IN_FAVOUR],
        harvest=[s.signal.reason for s in a.harvest.steps if s.counted_bits > _IN_FAVOUR],
        victims=sum(m.victim for m in campaign.members),
    )


def report(
    judged: Judgement,
    campaigns: Sequence[Campaign],
    tables: Tables,
    *,
    examples: Examples,
    templates: Mapping[str, list[TemplateUse]],
    traffic: Traffic,
    untaken: Untaken,
    inputs: Sequence[str],
    as_of: datetime,
    report_at: float,
    named_at: float,
    calibration: Calibration | None = None,
) -> Report:
    """Everything the page shows."""
    named = {
        m.account_id: m.probability
        for c in reversed(campaigns)
        for m in c.members
        if m.probability >= named_at
    }
    first = tables.number("first_us")
    return {
        "version": __version__,
        "as_of": as_of.isoformat(),
        "window": {
            "since": moment(first.min()).isoformat(),
            "until": min(as_of, _end(tables)).isoformat(),
        },
        "inputs": list(inputs),
        "traffic": traffic,
        "untaken": untaken,
        "expected_honest_named": float(sum(1 - p for p in named.values())),
        "named_accounts": len(named),
        "expected_false_campaigns": expected_false([c.assessment.probability for c in campaigns]),
        "reported_from": report_at,
        "calibration": None if calibration is None else _calibration(calibration, tables),
        "campaigns": [_campaign(c, tables, examples, templates) for c in campaigns],
        "left_alone": left_alone(judged, tables, report_at=report_at),
        "detectors": [
            {
                "name": o.detector.name,
                "family": o.detector.family,
                "status": o.status,
                "detail": o.detail,
                "signals": sum(s is not None for s in o.signals),
            }
            for o in judged.outcomes
        ],
        "blind_spots": list(BLIND_SPOTS),
    }


def _end(tables: Tables) -> datetime:
    """Just after the last exchange: a run as of a later day has seen no more than that."""
    return moment(float(tables.number("last_us").max()) + 1)


def _calibration(used: Calibration, tables: Tables) -> CalibrationReport:
    return {
        "made_at": used.made_at.isoformat(),
        "program": used.program,
        "since": used.fitted_on.since.isoformat(),
        "until": used.fitted_on.until.isoformat(),
        "exchanges": used.fitted_on.exchanges,
        "labels": sum(used.labels.values()),
        "drift": [
            {
                "feature": d.feature,
                "psi": d.psi,
                "divergence_bits": d.divergence_bits,
                "state": d.state,
            }
            for d in drift(tables, used)
        ],
    }


def traffic_of(tables: Tables, rejected: Mapping[str, int], repeats: int) -> Traffic:
    """What was read."""
    totals = tables.totals
    organizations = tables.accounts["organization"].drop_null().unique()
    return {
        "exchanges": int(totals["exchanges"].sum()),
        "accounts": tables.accounts.num_rows,
        "organizations": len(organizations),
        "input_tokens": int(totals["input_tokens"].sum()),
        "output_tokens": int(totals["output_tokens"].sum()),
        "rejected": dict(rejected),
        "duplicates": repeats,
        "hourly": hourly(tables),
    }


def _campaign(
    c: Campaign, tables: Tables, examples: Examples, templates: Mapping[str, list[TemplateUse]]
) -> CampaignReport:
    a = c.assessment
    picture = timeline(c, tables)
    return {
        "campaign_id": c.campaign_id,
        "probability": a.probability,
        "first_seen": c.first.isoformat(),
        "last_seen": c.last.isoformat(),
        "detected_at": c.detected_at.isoformat() if c.detected_at else None,
        "unseen_at": c.unseen_at.isoformat() if c.unseen_at else None,
        "accounts": len(c.members),
        "exchanges": c.exchanges,
        "input_tokens": int(tables.totals["input_tokens"][a.group.accounts].sum()),
        "output_tokens": int(tables.totals["output_tokens"][a.group.accounts].sum()),
        "leaked_before_detection": _leaked(c, tables),
        "capabilities": list(c.aims),
        "evidence_families": list(a.families),
        "summary": summary(c, tables),
        "recommended_action": recommend(a.probability),
        "questions": [_question(c, q, examples, tables) for q in (a.operator, a.harvest)],
        "timeline": picture,
        "graph": graph(c, tables),
        "templates": templates.get(c.campaign_id, []),
        "members": [
            {
                "account_id": m.account_id,
                "probability": m.probability,
                "exchanges": m.exchanges,
                "linked_by": list(m.linked_by),
                "recommended_action": m.action,
            }
            for m in c.members
        ],
        "would_change": _would_change(c),
    }


def _question(c: Campaign, given: Answer, examples: Examples, tables: Tables) -> Question:
    def shown(step: Step) -> list[str]:
        named = step.signal
        found = examples.shown(
            named.streams, named.accounts, members=c.sure, otherwise=main_streams(c, tables)
        )
        return found or []

    return {
        "name": given.question,
        "title": _TITLES[given.question],
        "probability": given.probability,
        "prior_bits": given.prior_bits,
        "total_bits": given.total_bits,
        "steps": [
            {
                "label": s.detector.replace("_", " "),
                "detector": s.detector,
                "family": s.family,
                "bits": s.bits,
                "counted_bits": s.counted_bits,
                "reason": capital(s.signal.reason),
                "exchange_ids": shown(s),
            }
            for s in given.steps
        ],
    }


def _leaked(c: Campaign, tables: Tables) -> float | None:
    """Share of the members' exchanges that were answered before the campaign could be seen."""
    if c.detected_at is None:
        return None
    picture = timeline(c, tables)
    start = datetime.fromisoformat(picture["start"])
    bins = max(int((c.detected_at - start).total_seconds() // 3600 // picture["step_hours"]), 0)
    return sum(picture["counts"][:bins]) / max(sum(picture["counts"]), 1)


def _would_change(c: Campaign) -> list[str]:
    """Without which evidence the verdict would fall, and what would explain it honestly."""
    a = c.assessment
    said = []
    for given in (a.operator, a.harvest):
        if given.steps and given.steps[0].counted_bits > 0:
            top = given.steps[0]
            less = Answer(
                question=given.question,
                prior_bits=given.prior_bits,
                steps=given.steps[1:],
            )
            operator, harvest = (less, a.harvest) if given is a.operator else (a.operator, less)
            name = top.detector.replace("_", " ")
            said.append(
                f"If {name!r} had an honest explanation, the probability would be"
                f" {both(operator, harvest, a.parties):.0%} instead of {a.probability:.0%}."
            )
    said.append(
        "If the accounts proved to be one declared customer, they would not be posing as strangers."
    )
    said.append(
        "If they held a licence for distillation, or a grant for research, it would be permitted."
    )
    return said
