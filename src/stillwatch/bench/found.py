"""Planted campaigns against reported ones: which were found, how whole, how pure, how early.

A planted campaign is *found* if one reported group has at least half of its members from it and
holds at least a fifth of it. Recall and purity are those of all reported groups that are mostly its
own, taken together; a campaign that is reported in pieces says in how many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from stillwatch.bench.observed import Observed, Reported
from stillwatch.bench.truth import Planted, Truth

__all__ = ["LEAST_PURITY", "LEAST_RECALL", "CampaignScore", "score_campaigns", "strays"]

LEAST_PURITY = 0.5
"""Share of a reported group that one planted campaign must make up."""
LEAST_RECALL = 0.2
"""Share of the planted campaign that the group must hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignScore:
    """How one planted campaign fared.

    Attributes:
        campaign: Its id in the truth.
        technique: What it does.
        evasion: How hard it tries not to be seen.
        accounts: Its members.
        exchanges: Of its members.
        usd_per_1000: What a thousand harvested exchanges cost its operator.
        throughput: Harvest relative to the published way, 0..1.
        found: Whether a reported group is mostly it and holds enough of it.
        probability: The highest of a group that is mostly it; 0 where there is none.
        parts: Reported groups that are mostly it.
        recall: Share of its members in them, 0..1.
        purity: Share of their members that serve it, 0..1; None where there is no group.
        capabilities: What it aims at.
        said: What its groups are said to aim at.
        detected_at: First moment at which one of them was seen.
        leaked: Share of its harvesting exchanges made before that moment, 0..1.
    """

    campaign: str
    technique: str
    evasion: str
    accounts: int
    exchanges: int
    usd_per_1000: float
    throughput: float
    found: bool
    probability: float
    parts: int
    recall: float
    purity: float | None
    capabilities: tuple[str, ...]
    said: tuple[str, ...]
    detected_at: datetime | None
    leaked: float | None


def score_campaigns(
    truth: Truth, observed: Observed, *, report_at: float
) -> tuple[CampaignScore, ...]:
    """One score a planted campaign, from the groups at or above `report_at`."""
    groups = [g for g in observed.groups if g.probability >= report_at]
    return tuple(_score(planted, groups, truth) for planted in truth.campaigns)


def strays(truth: Truth, observed: Observed, *, report_at: float) -> tuple[Reported, ...]:
    """Reported groups that are mostly no planted campaign's."""
    groups = [g for g in observed.groups if g.probability >= report_at]
    return tuple(g for g in groups if not any(_mostly(g, p) for p in truth.campaigns))


def _mostly(group: Reported, planted: Planted) -> bool:
    return len(group.members & planted.members) >= LEAST_PURITY * len(group.members)


def _score(planted: Planted, groups: Sequence[Reported], truth: Truth) -> CampaignScore:
    own = [g for g in groups if _mostly(g, planted)]
    held = frozenset[str]().union(*(g.members for g in own))
    best = max((len(g.members & planted.members) for g in own), default=0)
    moments = [g.detected_at for g in own if g.detected_at is not None]
    first = min(moments, default=None)
    size = max(len(planted.members), 1)
    return CampaignScore(
        campaign=planted.name,
        technique=planted.technique,
        evasion=planted.evasion,
        accounts=len(planted.members),
        exchanges=planted.exchanges,
        usd_per_1000=planted.usd_per_1000,
        throughput=planted.throughput,
        found=best >= LEAST_RECALL * size,
        probability=max((g.probability for g in own), default=0.0),
        parts=len(own),
        recall=len(held & planted.members) / size,
        purity=len(held & planted.members) / len(held) if held else None,
        capabilities=planted.capabilities,
        said=tuple(sorted({c for g in own for c in g.capabilities})),
        detected_at=first,
        leaked=None if first is None else truth.leaked(planted.name, first),
    )
