"""How many honest accounts stand among those that a policy would hit: expected, and at most.

Members of one campaign are right or wrong together: if the campaign is none, all of them are
honest. So the number is no sum of independent coins, and its distribution is computed exactly: for
each campaign a mixture of *all honest* and a Poisson-binomial number, then the sum over campaigns.
It is as good as the probabilities are calibrated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.respond.facts import Facts

__all__ = ["CERTAINTY", "Honest", "honest_among"]

CERTAINTY = 0.95
"""Of the upper bound."""
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Honest:
    """Honest accounts among some.

    Attributes:
        expected: Sum of one minus probability.
        at_most: Not exceeded with probability CERTAINTY.
    """

    expected: float
    at_most: int


def honest_among(accounts: Iterable[Facts]) -> Honest:
    """How many of these accounts are honest."""
    by_campaign: dict[str | None, list[Facts]] = defaultdict(list)
    expected = 0.0
    for each in accounts:
        by_campaign[each.campaign_id].append(each)
        expected += 1.0 - each.probability
    total: _Floats = np.ones(1)
    for campaign, members in sorted(by_campaign.items(), key=lambda item: item[0] or ""):
        total = np.convolve(total, _alone(members) if campaign is None else _campaign(members))
    reached = np.flatnonzero(np.cumsum(total) >= CERTAINTY - 1e-12)
    return Honest(expected=expected, at_most=int(reached[0]) if len(reached) else len(total) - 1)


def _campaign(members: list[Facts]) -> _Floats:
    real = max(m.campaign_probability for m in members)
    takes_part = [min(m.probability / real, 1.0) if real > 0 else 0.0 for m in members]
    mixed = real * _number_of_successes([1.0 - p for p in takes_part])
    mixed[len(members)] += 1.0 - real
    return mixed


def _alone(accounts: list[Facts]) -> _Floats:
    return _number_of_successes([1.0 - a.probability for a in accounts])


def _number_of_successes(chances: list[float]) -> _Floats:
    """Distribution of the number of successes of independent trials (Poisson-binomial)."""
    found = np.zeros(len(chances) + 1)
    found[0] = 1.0
    for tried, chance in enumerate(chances, start=1):
        found[1 : tried + 1] = found[1 : tried + 1] * (1.0 - chance) + found[:tried] * chance
        found[0] *= 1.0 - chance
    return found
