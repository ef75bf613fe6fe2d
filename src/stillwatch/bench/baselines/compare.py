"""Every baseline and the run itself at equal numbers of false accusations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.bench.accused import per_100k
from stillwatch.bench.baselines.base import Floats
from stillwatch.bench.baselines.registry import baselines
from stillwatch.bench.truth import Truth
from stillwatch.pipeline.judge import Judgement
from stillwatch.rollup import Tables

__all__ = ["Comparison", "Point", "compare", "operating_points"]

_BUDGETS = (0.0002, 0.001, 0.01)  # shares of the honest accounts
_HALF = 0.5
THIS = "stillwatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One operating point of one method.

    Attributes:
        budget: Honest accounts that may be flagged.
        honest: Honest accounts that are flagged: at most the budget, fewer where scores tie.
        per_100k: The same, of 100,000 honest accounts.
        recall: Mean share of a campaign's members that are flagged, over campaigns.
        caught: Campaigns of which at least half of the members are flagged.
    """

    budget: int
    honest: int
    per_100k: float
    recall: float
    caught: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A method at several operating points.

    Attributes:
        method: Name of the baseline, or `stillwatch`.
        campaigns: How many were planted.
        auc: Probability that a member scores above an honest account, ties as one half; None where
            there are none to compare.
        points: From the strictest.
    """

    method: str
    campaigns: int
    auc: float | None
    points: tuple[Point, ...]


def compare(tables: Tables, judged: Judgement, truth: Truth) -> tuple[Comparison, ...]:
    """The run and each baseline as one score an account, at the same budgets.

    A method that links no accounts is helped by this: it is not asked which of them belong
    together.
    """
    own = np.zeros(tables.accounts.num_rows)
    for a in judged.assessments:
        np.maximum.at(own, a.group.accounts, a.member_probability)
    scores = {THIS: own, **{b.name: b.score(tables) for b in baselines()}}
    place = np.array([truth.place[i] for i in tables.ids])
    campaign = truth.campaign[place]
    return tuple(operating_points(name, s, campaign) for name, s in scores.items())


def operating_points(method: str, score: Floats, campaign: npt.NDArray[np.str_]) -> Comparison:
    """A method at each budget.

    Args:
        method: Its name.
        score: By account; NaN is never flagged.
        campaign: By account, the campaign it serves, or an empty word.
    """
    score = np.where(np.isnan(score), -np.inf, score)
    honest = campaign == ""
    names = np.unique(campaign[~honest])
    points = []
    for share in _BUDGETS:
        budget = int(share * honest.sum())
        flagged = score > _threshold(score[honest], budget)
        recalls = [float(flagged[campaign == name].mean()) for name in names]
        points.append(
            Point(
                budget=budget,
                honest=int(flagged[honest].sum()),
                per_100k=per_100k(int(flagged[honest].sum()), int(honest.sum())),
                recall=float(np.mean(recalls)) if recalls else 0.0,
                caught=sum(r >= _HALF for r in recalls),
            )
        )
    return Comparison(
        method=method,
        campaigns=len(names),
        auc=_auc(score[~honest], score[honest]),
        points=tuple(points),
    )


def _threshold(honest: Floats, budget: int) -> float:
    """The least value that at most `budget` honest scores exceed; a score of 0 says nothing."""
    ordered = np.sort(honest)[::-1]
    return max(float(ordered[budget]), 0.0) if budget < len(ordered) else 0.0


def _auc(guilty: Floats, honest: Floats) -> float | None:
    """Area under the curve by ranks (Mann and Whitney)."""
    if not len(guilty) or not len(honest):
        return None
    ordered = np.sort(honest)
    below = np.searchsorted(ordered, guilty, "left")
    equal = np.searchsorted(ordered, guilty, "right") - below
    return float(((below + equal / 2) / len(honest)).mean())
