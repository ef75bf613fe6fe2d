"""Do parties share their hours beyond the habits that each of them has anyway?

A party's residual on a day is what it sent in each hour less what its own habits make of that day's
total. If parties are strangers, the residuals of one could as well stand on another of its days of
the same weekday (an office, a timetable and a nightly job are the same on all of them). The sum of
products between parties then has mean 0 and a variance in closed form, that of permutation
statistics (Hoeffding 1951; as for Mantel's test), so nothing needs shuffling.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = ["Together", "residuals", "together"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_TRIM = 6  # one day in six may be a common event: a launch, an outage, a deadline
_LEAST_FREEDOM = 4
_PAIR = 2
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """How much the parties' hours move together.

    Attributes:
        correlation: Mean correlation of the residuals of two parties; below 0 they take turns.
        share: Probability of so much under the null, two-sided, 0…1.
        days: Days that were compared.
    """

    correlation: float
    share: float
    days: int


def residuals(counts: Floats, around: Floats, weekday: Index) -> Floats:
    """What each party sent beyond its habits, scaled to unit energy; zeros where it has no habits.

    Args:
        counts: Exchanges, party × day × hour.
        around: How much busier everybody else was than usual, day × hour, 1 as usual.
        weekday: Class of each day; habits are also learnt by class.
    """
    total = counts.sum(axis=2, keepdims=True)
    habit = counts.sum(axis=1, keepdims=True) + 1e-9
    expected = habit * around[None]
    expected *= total / np.maximum(expected.sum(axis=2, keepdims=True), 1e-12)
    left: Floats = counts - expected
    for kind in np.unique(weekday):
        days = weekday == kind
        active = total[:, days] > 0
        number = np.maximum(active.sum(axis=1, keepdims=True), 1)
        mean = (left[:, days] * active).sum(axis=1, keepdims=True) / number
        left[:, days] -= mean * active
    energy = np.sqrt((left**2).sum(axis=(1, 2), keepdims=True))
    return np.where(energy > _ROUNDING, left / np.maximum(energy, _ROUNDING), 0.0)


def together(counts: Floats, around: Floats, weekday: Index) -> Together:
    """Compare parties with independent ones that have the same habits.

    The most telling days are left out first and everything is computed anew without them: a
    launch, an outage or a deadline is one day that many strangers share.

    Args:
        counts: Exchanges, party × day × hour.
        around: How much busier everybody else was than usual, day × hour, 1 as usual.
        weekday: Class of each day.
    """
    left = residuals(counts, around, weekday)
    daily = _daily(left)
    telling = np.argsort(-daily * np.sign(daily.sum()), kind="stable")
    kept = np.sort(telling[max(len(telling) // _TRIM, 1) :])
    return _compare(residuals(counts[:, kept], around[kept], weekday[kept]), weekday[kept])


def _daily(left: Floats) -> Floats:
    """Sum of the products of all pairs of parties, by day."""
    pairs: Floats = (left.sum(axis=0) ** 2).sum(axis=1) - (left**2).sum(axis=(0, 2))
    return pairs


def _compare(left: Floats, weekday: Index) -> Together:
    parties = int((np.abs(left).sum(axis=(1, 2)) > 0).sum())
    kinds, of = np.unique(weekday, return_inverse=True)
    freedom = int((np.bincount(of) - 1).clip(0).sum()) if len(of) else 0
    variance = sum(_variance(left[:, of == k]) for k in range(len(kinds)))
    if parties < _PAIR or freedom < _LEAST_FREEDOM or variance <= 0:
        return Together(correlation=0.0, share=1.0, days=left.shape[1])
    total = float(_daily(left).sum())
    share = 2 * float(stats.norm.sf(abs(total) / np.sqrt(variance)))
    correlation = total / (parties * (parties - 1))
    return Together(correlation=correlation, share=share, days=left.shape[1])


def _variance(left: Floats) -> float:
    """Of the sum over pairs and days, when each party's days are exchanged on their own."""
    days = left.shape[1]
    if days < _PAIR:
        return 0.0
    whole = np.einsum("adh,adk->hk", left, left)
    # a party's square sum is the same over pairs of its hours and over pairs of its few days
    each = np.einsum("adh,aeh->ade", left, left)
    apart = (whole**2).sum() - (each**2).sum()
    return float(2 * apart / (days - 1))
