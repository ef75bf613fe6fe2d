"""Do starts follow stops more often than two unrelated processes of the same rhythm would let them?

Two controls, of which the more lenient for the accounts counts. *Shifted days*: the same hours of
other days say how often a stop lies that close before such a start by chance, so that daily rhythm
explains itself. *Mirror*: bursts of short visits bring stops as often just after a start as just
before it; a hand-off only before. Starts closer than the window are one event, so that a crowd that
arrives together counts once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = ["Succession", "succession"]

Index = npt.NDArray[np.int64]

_DAY = 86_400_000_000
_SHIFTS = 7  # days to either side


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """How often a start follows a stop.

    Attributes:
        observed: Events at which a start has another party's stop shortly before it.
        expected: The same by chance, by shifted days.
        mirrored: Events that have another party's stop shortly after instead.
        share: Probability of at least `observed` under the null, 0…1.
        starts: Positions of the parties whose start was counted.
    """

    observed: int
    expected: float
    mirrored: int
    share: float
    starts: Index


def succession(first: Index, last: Index, within: int) -> Succession:
    """Compare the starts and stops of parties.

    Args:
        first: First use by party, microseconds.
        last: Last use by party, microseconds, not before `first`.
        within: Longest time between a stop and the start that follows it, microseconds.
    """
    order = np.lexsort((last, first))
    begin = first[order]
    opens = np.ones(len(begin), bool)
    opens[1:] = np.diff(begin) > within
    heads = np.flatnonzero(opens)
    tails = np.append(heads[1:], len(begin))[: len(heads)] - 1
    stops = np.sort(last)
    before = _any(stops, begin[heads] - within, begin[heads])
    # a visitor's own stop follows its start: the members of an event do not mirror themselves
    event = np.cumsum(opens) - 1
    until = begin[tails][event] + within
    own_stops = np.bincount(event, (last[order] <= until).astype(float), minlength=len(heads))
    ends = begin[tails]
    inside = np.searchsorted(stops, ends + within, "right") - np.searchsorted(stops, begin[heads])
    after = inside > own_stops
    expected = _by_shifting(stops, begin[heads], within)
    observed, mirrored = int((before & ~after).sum()), int((after & ~before).sum())
    share = max(
        float(stats.poisson.sf(observed - 1, max(expected, 1e-9))),
        float(stats.binom.sf(observed - 1, max(observed + mirrored, 1), 0.5)),
    )
    return Succession(
        observed=observed,
        expected=expected,
        mirrored=mirrored,
        share=min(share, 1.0) if observed else 1.0,
        starts=np.sort(order[heads[before & ~after]]),
    )


def _any(stops: Index, since: Index, until: Index) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = np.searchsorted(stops, until, "left") > np.searchsorted(
        stops, since, "left"
    )
    return found


def _by_shifting(stops: Index, begin: Index, within: int) -> float:
    """Expected events with a stop before them, from the same hours of neighbouring days."""
    if not len(begin):
        return 0.0
    days = np.concatenate([np.arange(-_SHIFTS, 0), np.arange(1, _SHIFTS + 1)]) * _DAY
    moved = begin[:, None] + days[None, :]
    usable = (moved - within >= begin[0]) & (moved <= stops[-1])
    hit = _any(stops, moved - within, moved) & usable
    tries = usable.sum(axis=1)
    # half a chance event in the days looked at, so that a short history does not read as never
    return float(((hit.sum(axis=1) + 0.5) / (tries + 1)).sum())
