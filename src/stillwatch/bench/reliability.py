"""Do probabilities mean what they say? Reliability curve, Brier score, expected calibration error.

The unit is a customer: an organisation, or an account without one. Its probability is the highest
of its accounts; it is guilty if one of them serves a campaign. Confidence comes from a bootstrap
that draws operators anew (a campaign, or an honest customer; Poisson weights), so that the thousand
accounts of one campaign count as one thing that happened, not as a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.bench.observed import Observed
from stillwatch.bench.truth import Truth

__all__ = ["Bin", "Judged", "Reliability", "customers", "reliability"]

Floats = npt.NDArray[np.float64]

_EDGES = np.linspace(0.0, 1.0, 11)
_DRAWS = 200
_EVIDENCE = 0.005  # below, a customer has no evidence worth a row
_ENDS = (5.0, 95.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One bar of the reliability curve.

    Attributes:
        low: Least probability in it.
        high: Greatest.
        customers: How many.
        said: Their mean probability.
        true: Share that are guilty.
    """

    low: float
    high: float
    customers: int
    said: float
    true: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How far probabilities can be believed.

    Attributes:
        bins: The curve, of the customers with evidence.
        customers: All customers.
        with_evidence: Those with a probability of at least 0.005.
        brier: Mean squared error over all customers.
        brier_among: The same over those with evidence.
        ece: Expected calibration error over all customers, 0..1.
        ece_high: Upper end of its 90 % bootstrap interval, by operator.
        ece_among: The same over those with evidence: silence is easy to get right.
        ece_among_low: Lower end of its interval.
        ece_among_high: Upper end of its interval.
    """

    bins: tuple[Bin, ...]
    customers: int
    with_evidence: int
    brier: float
    brier_among: float
    ece: float
    ece_high: float
    ece_among: float
    ece_among_low: float
    ece_among_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Customers with what was said of them and what is true.

    Attributes:
        said: Probability, 0..1.
        true: Whether guilty.
        operator: Number of who really is behind the customer.
    """

    said: Floats
    true: npt.NDArray[np.bool_]
    operator: npt.NDArray[np.int64]


def customers(truth: Truth, observed: Observed) -> Judged:
    """One entry a customer of a world."""
    said = np.array([observed.probability.get(a, 0.0) for a in truth.ids.tolist()])
    _, party = np.unique(truth.party, return_inverse=True)
    _, owner = np.unique(truth.owner, return_inverse=True)
    count = int(party.max()) + 1
    highest, guilty = np.zeros(count), np.zeros(count, bool)
    np.maximum.at(highest, party, said)
    np.logical_or.at(guilty, party, truth.campaign != "")
    operator = np.zeros(count, np.int64)
    np.maximum.at(operator, party, owner)
    return Judged(said=highest, true=guilty, operator=operator)


def reliability(worlds: list[Judged], *, seed: int = 0) -> Reliability:
    """Reliability over the customers of any number of worlds."""
    if not worlds:
        nobody = np.empty(0)
        worlds = [Judged(said=nobody, true=nobody > 0, operator=np.empty(0, np.int64))]
    said = np.concatenate([w.said for w in worlds])
    true = np.concatenate([w.true for w in worlds]).astype(np.float64)
    shift = np.cumsum([0, *(int(w.operator.max(initial=-1)) + 1 for w in worlds[:-1])])
    operator = np.concatenate([w.operator + s for w, s in zip(worlds, shift, strict=True)])
    among = said >= _EVIDENCE
    every, some = np.ones(len(said)), among.astype(np.float64)
    draws = [
        (_error(said, true, w), _error(said, true, w * some)) for w in _bootstrap(operator, seed)
    ]
    all_draws, some_draws = zip(*draws, strict=True)
    return Reliability(
        bins=_bins(said[among], true[among]),
        customers=len(said),
        with_evidence=int(among.sum()),
        brier=float(((said - true) ** 2).sum() / max(len(said), 1)),
        brier_among=float(((said - true)[among] ** 2).mean()) if among.any() else 0.0,
        ece=_error(said, true, every),
        ece_high=float(np.percentile(all_draws, _ENDS[1])),
        ece_among=_error(said, true, some),
        ece_among_low=float(np.percentile(some_draws, _ENDS[0])),
        ece_among_high=float(np.percentile(some_draws, _ENDS[1])),
    )


def _bootstrap(operator: npt.NDArray[np.int64], seed: int) -> Iterator[Floats]:
    """Weights of customers, one array a draw: how often each one's operator was drawn."""
    rng = np.random.default_rng(seed)
    _, number = np.unique(operator, return_inverse=True)
    count = int(number.max(initial=-1)) + 1
    for _ in range(_DRAWS):
        yield rng.poisson(1.0, count)[number].astype(np.float64)


def _place(said: Floats) -> npt.NDArray[np.int64]:
    place: npt.NDArray[np.int64] = np.clip(np.digitize(said, _EDGES) - 1, 0, len(_EDGES) - 2)
    return place


def _error(said: Floats, true: Floats, weight: Floats) -> float:
    """Mean distance between said and true by bin, weighed by the customers in it."""
    place, bins = _place(said), len(_EDGES) - 1
    gap = np.bincount(place, weight * (said - true), minlength=bins)
    return float(np.abs(gap).sum() / max(weight.sum(), 1e-12))


def _bins(said: Floats, true: Floats) -> tuple[Bin, ...]:
    place = _place(said)
    return tuple(
        Bin(
            low=float(_EDGES[i]),
            high=float(_EDGES[i + 1]),
            customers=int((place == i).sum()),
            said=float(said[place == i].mean()),
            true=float(true[place == i].mean()),
        )
        for i in range(len(_EDGES) - 1)
        if (place == i).any()
    )
