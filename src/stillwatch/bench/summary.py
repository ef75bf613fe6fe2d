"""Several worlds as a few tables: by level of evasion, by technique, by honest kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stillwatch.bench.accused import Accusations, pool
from stillwatch.bench.found import CampaignScore
from stillwatch.bench.reliability import Judged, Reliability, reliability
from stillwatch.bench.world import WorldScore

__all__ = ["Labels", "LevelSummary", "Spread", "Summary", "TechniqueSummary", "labels", "summarise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """One number over worlds.

    Attributes:
        mean: Mean of the worlds that have it; NaN is left out.
        worst: The worst of them.
    """

    mean: float | None
    worst: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Capability labels over found campaigns.

    Attributes:
        precision: Share of the labels given that are true; None where none was given.
        recall: Share of the true labels that were given.
    """

    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSummary:
    """All worlds of one level of evasion.

    Attributes:
        level: Its name; `honest` for worlds without a campaign.
        worlds: How many.
        campaigns: Planted.
        found: Share of them that were found, 0..1, by world.
        recall: Mean member recall of those found, by world.
        purity: Mean purity of those found, by world.
        leaked: Median leaked share of those found, by world.
        labels: Capability labels of those found.
        strays: Reported groups that are mostly no planted campaign's, by world.
        expected_false: What the runs expected that number to be, by world.
        named_per_100k: Honest accounts named, of 100,000, by world.
        accusations: The same, pooled, by kind.
        reliability: Of all customers of these worlds.
        seconds: Of a run, by world.
        peak_mib: Of a run, by world.
    """

    level: str
    worlds: int
    campaigns: int
    found: Spread
    recall: Spread
    purity: Spread
    leaked: Spread
    labels: Labels
    strays: Spread
    expected_false: Spread
    named_per_100k: Spread
    accusations: Accusations
    reliability: Reliability
    seconds: Spread
    peak_mib: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueSummary:
    """One technique at one level.

    Attributes:
        technique: Its name.
        level: Evasion.
        planted: Campaigns.
        found: Of them.
        recall: Mean over those planted, 0 for those not found.
        usd_per_1000: Mean cost of a thousand harvested exchanges.
        throughput: Mean harvest relative to the published way.
    """

    technique: str
    level: str
    planted: int
    found: int
    recall: float
    usd_per_1000: float
    throughput: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The benchmark in a few tables.

    Attributes:
        levels: By level.
        techniques: By technique and level.
        accusations: Over all worlds.
        reliability: Over all worlds.
    """

    levels: tuple[LevelSummary, ...]
    techniques: tuple[TechniqueSummary, ...]
    accusations: Accusations
    reliability: Reliability


_ORDER = ("published", "evasive", "nasty", "mixed", "honest")


def summarise(worlds: Sequence[WorldScore], judged: Sequence[Judged]) -> Summary:
    """Put worlds together.

    Args:
        worlds: Scores.
        judged: The customers of each, in the same order.
    """
    levels = [level for level in _ORDER if any(w.level == level for w in worlds)]
    return Summary(
        levels=tuple(
            _level(
                level,
                [w for w in worlds if w.level == level],
                [j for w, j in zip(worlds, judged, strict=True) if w.level == level],
            )
            for level in levels
        ),
        techniques=_techniques([c for w in worlds for c in w.campaigns]),
        accusations=pool([w.accusations for w in worlds]),
        reliability=reliability(list(judged)),
    )


def _level(level: str, worlds: Sequence[WorldScore], judged: list[Judged]) -> LevelSummary:
    def low(number: Callable[[WorldScore], float | None]) -> Spread:
        return _spread([number(w) for w in worlds], min)

    def high(number: Callable[[WorldScore], float | None]) -> Spread:
        return _spread([number(w) for w in worlds], max)

    campaigns = [c for w in worlds for c in w.campaigns]
    return LevelSummary(
        level=level,
        worlds=len(worlds),
        campaigns=len(campaigns),
        found=low(lambda w: _mean([float(c.found) for c in w.campaigns])),
        recall=low(lambda w: _mean([c.recall for c in w.campaigns if c.found])),
        purity=low(lambda w: _mean([c.purity for c in w.campaigns if c.found])),
        leaked=high(lambda w: _median([c.leaked for c in w.campaigns if c.found])),
        labels=labels(campaigns),
        strays=high(lambda w: len(w.strays)),
        expected_false=high(lambda w: w.expected_false),
        named_per_100k=high(lambda w: w.accusations.total.per_100k),
        accusations=pool([w.accusations for w in worlds]),
        reliability=reliability(judged),
        seconds=high(lambda w: w.cost.seconds),
        peak_mib=high(lambda w: w.cost.peak_mib),
    )


def labels(campaigns: Sequence[CampaignScore]) -> Labels:
    """Precision and recall of capability labels, over the labels of all found campaigns."""
    found = [c for c in campaigns if c.found]
    said = sum(len(c.said) for c in found)
    true = sum(len(c.capabilities) for c in found)
    right = sum(len(set(c.said) & set(c.capabilities)) for c in found)
    return Labels(precision=right / said if said else None, recall=right / true if true else None)


def _techniques(campaigns: Sequence[CampaignScore]) -> tuple[TechniqueSummary, ...]:
    by: dict[tuple[str, str], list[CampaignScore]] = {}
    for c in campaigns:
        by.setdefault((c.technique, c.evasion), []).append(c)
    return tuple(
        TechniqueSummary(
            technique=technique,
            level=level,
            planted=len(mine),
            found=sum(c.found for c in mine),
            recall=float(np.mean([c.recall if c.found else 0.0 for c in mine])),
            usd_per_1000=float(np.mean([c.usd_per_1000 for c in mine])),
            throughput=float(np.mean([c.throughput for c in mine])),
        )
        for (technique, level), mine in sorted(
            by.items(), key=lambda item: (item[0][0], _ORDER.index(item[0][1]))
        )
    )


def _spread(numbers: Sequence[float | None], worst: Callable[[Sequence[float]], float]) -> Spread:
    known = [n for n in numbers if n is not None]
    return Spread(mean=_mean(known), worst=worst(known) if known else None)


def _mean(numbers: Sequence[float | None]) -> float | None:
    known = [n for n in numbers if n is not None]
    return float(np.mean(known)) if known else None


def _median(numbers: Sequence[float | None]) -> float | None:
    known = [n for n in numbers if n is not None]
    return float(np.median(known)) if known else None
