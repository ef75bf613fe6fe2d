"""What each family of evidence and each detector adds: judged again without it.

The rolled-up tables stay; groups are formed, weighed and assessed anew, so a detector that only
helped to choose between proposals shows too. Whether something is missed is asked twice: at the
thresholds in force, and at the threshold at which as many honest accounts stand in reported groups
as in the full run, since a detector that speaks for accounts is missed in that way only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from stillwatch.bench.accused import score_accusations
from stillwatch.bench.found import score_campaigns
from stillwatch.bench.observed import Observed, observe_judgement
from stillwatch.bench.truth import Truth
from stillwatch.detect.registry import detectors
from stillwatch.pipeline.judge import Judgement, judge
from stillwatch.rollup import Tables
from stillwatch.settings import Settings

__all__ = ["Ablation", "ablate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ablation:
    """One judgement without a part of the evidence.

    Attributes:
        kind: `full`, `family` or `detector`.
        without: What was left out; empty in the full run.
        found: Campaigns found at the thresholds in force.
        recall: Mean recall over all planted campaigns, 0 for those not found.
        named: Honest accounts at or above `named_at`.
        honest_reported: Honest accounts in reported groups.
        strays: Reported groups that are mostly honest or mixed.
        found_at_budget: Campaigns found with as many honest accounts in reported groups as the
            full run has.
    """

    kind: str
    without: str
    found: int
    recall: float
    named: int
    honest_reported: int
    strays: int
    found_at_budget: int


def ablate(
    tables: Tables, judged: Judgement, truth: Truth, settings: Settings
) -> tuple[Ablation, ...]:
    """The full judgement, then one without each family and one without each detector that spoke.

    Args:
        tables: Rollups of a finished run; linking overwrites `tables.hubs` with equal values.
        judged: The full judgement.
        truth: What is true.
        settings: Those of the run.
    """
    full = observe_judgement(judged, tables)
    budget = _honest_reported(full, truth, settings.assess.report_at)
    score = partial(_row, truth=truth, settings=settings, budget=budget)
    rows = [score("full", "", full)]
    spoke = {o.detector.name for o in judged.outcomes if any(o.signals)}
    known = [d for d in detectors() if d.name in spoke]
    families = sorted({d.family for d in known})
    left_out = [
        *(("family", f, frozenset(d.name for d in known if d.family == f)) for f in families),
        *(("detector", d.name, frozenset({d.name})) for d in known),
    ]
    for kind, name, without in left_out:
        again = judge(tables, minimum_parties=settings.detect.minimum_parties, without=without)
        seen = observe_judgement(again, tables)
        rows.append(score(kind, name, seen))
    return tuple(rows)


def _row(
    kind: str,
    without: str,
    observed: Observed,
    *,
    truth: Truth,
    settings: Settings,
    budget: int,
) -> Ablation:
    at = settings.assess.report_at
    scores = score_campaigns(truth, observed, report_at=at)
    accused = score_accusations(truth, observed, named_at=settings.assess.named_at, report_at=at)
    groups = [g for g in observed.groups if g.probability >= at]
    return Ablation(
        kind=kind,
        without=without,
        found=sum(s.found for s in scores),
        recall=sum(s.recall for s in scores if s.found) / max(len(scores), 1),
        named=accused.total.named,
        honest_reported=accused.total.reported,
        strays=sum(2 * len(g.members & truth.honest) > len(g.members) for g in groups),
        found_at_budget=_found_within(observed, truth, budget),
    )


def _honest_reported(observed: Observed, truth: Truth, at: float) -> int:
    groups = [g.members for g in observed.groups if g.probability >= at]
    return len(frozenset[str]().union(*groups) & truth.honest)


def _found_within(observed: Observed, truth: Truth, budget: int) -> int:
    """Campaigns found at the lowest threshold that keeps to a budget of honest accounts."""
    honest: set[str] = set()
    lowest = 2.0
    for group in sorted(observed.groups, key=lambda g: -g.probability):
        honest |= group.members & truth.honest
        if len(honest) > budget or group.probability <= 0:
            break
        lowest = group.probability
    return sum(s.found for s in score_campaigns(truth, observed, report_at=lowest))
