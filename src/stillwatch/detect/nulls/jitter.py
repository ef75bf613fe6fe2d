"""Do parties act at the same seconds more often than the habits of each would let them?

The statistic is that of co-action networks: two parties use one thing within a short time (Pacheco
et al. 2021; CooRTweet). The null keeps what each party does and when it does it: its moments are
moved, and what still coincides then is chance (jitter, as for spike trains: Amarasingham et al.
2012). They are moved in four ways, of which the most lenient for the accounts counts: by a few
minutes (keeps sessions, and jobs that start with the minute), by fives of minutes, by hours (keeps
the minute of the hour, that of nightly jobs) and by days (keeps timetables). The most telling day
in six and the most telling hour of the day are left out: a launch, an outage, a lesson.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = ["CoAction", "Used", "co_action"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_SHIFTS = tuple(
    np.concatenate([-np.array(s), np.array(s)]) * _MINUTE
    for s in ((60, 120), (1440, 7 * 1440), (5, 10, 20), (2, 3, 4, 7))
)
_TRIM = 6
_LEAST_DAYS = 5


class Used(NamedTuple):
    """Exchanges in order of time.

    Attributes:
        at: Microseconds.
        stream: What was used, any numbers.
        party: By whom, any numbers.
    """

    at: Index
    stream: Index
    party: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class CoAction:
    """How often parties act at the same seconds, on the days and hours that were kept.

    Attributes:
        observed: Episodes of two parties or more.
        expected: The same by chance, by the most lenient of the nulls.
        share: Probability of at least so much under the null, 0…1.
        days: Days with an episode.
        hours: Hours of the day with an episode.
        parties: Parties that take part in one.
        of: Parties that were looked at.
        rows: Rows given that take part in an episode.
    """

    observed: int
    expected: float
    share: float
    days: int
    hours: int
    parties: int
    of: int
    rows: Index


class _Lanes:
    """Moments of several lanes (a stream, or a party in it) in one ascending array."""

    def __init__(self, lane: Index, at: Index, span: int) -> None:
        self.base = lane * span
        self.all = np.sort(self.base + at)

    def near(self, at: Index, within: int) -> Index:
        """How many moments of its own lane lie within so much of each row's `at`."""
        place = self.base + at
        found: Index = np.searchsorted(self.all, place + within, "right") - np.searchsorted(
            self.all, place - within, "left"
        )
        return found


def co_action(
    used: Used, left_out: Flags, *, within: int, least: int = 1, times: float = 0.0
) -> CoAction | None:
    """Compare the moments of parties; None where they are too few, or chance explains them.

    Args:
        used: What was used when and by whom.
        left_out: Minutes of the hour, 60 flags, in which everybody acts.
        within: Microseconds between two parties' moments that are one.
        least: Episodes that there must be …
        times: … and how many times what chance gives.
    """
    rows = _heads(used, left_out, within)
    if not len(rows):
        return None
    at = used.at[rows]
    _, lane = np.unique(used.stream[rows], return_inverse=True)
    _, who = np.unique(used.party[rows], return_inverse=True)
    # milliseconds, so that lanes one behind the other fit an integer
    when = (at - at[0]) // 1000
    span = int(when[-1]) + 2 * within // 1000 + 1
    lanes = _Lanes(lane, when, span), _Lanes(lane * (int(who.max()) + 1) + who, when, span)
    hit = _met(lanes, when, within)
    met = np.flatnonzero(hit)
    episodes = len(_openings(lane[met], at[met], within))
    if episodes < least:
        return None
    expected = np.zeros(len(rows))
    for shifts in _SHIFTS:
        chance = _moved(at, shifts, lanes, left_out, within)
        if chance.sum() / 2 * times > episodes:
            return None  # what is left out later is where there is more than chance
        expected = max(expected, chance, key=lambda c: float(c.sum()))
    return _counted(rows, at, (lane, who), hit, expected, within=within)


def _met(lanes: tuple[_Lanes, _Lanes], when: Index, within: int) -> Flags:
    """Whether another party acts near each moment, in the stream of its row."""
    met: Flags = lanes[0].near(when, within // 1000) > lanes[1].near(when, within // 1000)
    return met


def _heads(used: Used, left_out: Flags, within: int) -> Index:
    """Rows that open a party's burst in a stream, outside of everybody's minutes."""
    order = np.lexsort((used.at, used.party, used.stream))
    s, p, t = used.stream[order], used.party[order], used.at[order]
    opens = np.ones(len(order), bool)
    opens[1:] = (np.diff(s) != 0) | (np.diff(p) != 0) | (np.diff(t) > within)
    kept = np.sort(order[opens])
    found: Index = kept[~left_out[used.at[kept] // _MINUTE % 60]]
    return found


def _moved(
    at: Index, shifts: Index, lanes: tuple[_Lanes, _Lanes], left_out: Flags, within: int
) -> Floats:
    """By row, how often another party is met when this one alone is moved."""
    hits, tries = np.zeros(len(at)), np.zeros(len(at))
    for shift in shifts:
        moved = at + shift
        usable = (moved >= at[0]) & (moved <= at[-1]) & ~left_out[moved // _MINUTE % 60]
        when = np.where(usable, (moved - at[0]) // 1000, 0)
        hits += _met(lanes, when, within) & usable
        tries += usable
    overall = hits.sum() / max(tries.sum(), 1.0)
    # one more try that meets as often as all do, so that a short history does not read as never
    smoothed: Floats = (hits + overall) / (tries + 1)
    return smoothed


def _counted(
    rows: Index,
    when: Index,
    codes: tuple[Index, Index],
    hit: Flags,
    expected: Floats,
    *,
    within: int,
) -> CoAction:
    """Leave out the most telling day in six and hour of the day, and compare what is left."""
    lane, who = codes
    hour = when // _HOUR % 24
    over = hit - expected
    kept = hour != int(np.argmax(np.bincount(hour, over, minlength=24)))
    days, of_day = np.unique(when // _DAY, return_inverse=True)
    daily = np.bincount(of_day, over * kept)
    worst = np.argsort(-daily, kind="stable")[: max(len(days) // _TRIM, 1)]
    kept &= ~np.isin(of_day, worst)
    chosen = np.flatnonzero(hit & kept)
    episodes = chosen[_openings(lane[chosen], when[chosen], within)]
    # two rows an episode by chance, and half an episode where nothing was met
    chance = max(float(expected[kept].sum()) / 2, 0.5)
    return CoAction(
        observed=len(episodes),
        expected=chance,
        share=_share(len(episodes), chance, np.delete(daily, worst)),
        days=len(np.unique(of_day[episodes])),
        hours=len(np.unique(hour[episodes])),
        parties=len(np.unique(who[chosen])),
        of=int(who.max()) + 1,
        rows=rows[chosen],
    )


def _share(episodes: int, chance: float, daily: Floats) -> float:
    """The larger of two probabilities: of so many episodes, and of days that are so much alike."""
    if len(daily) < _LEAST_DAYS or not daily.std() > 0:
        return 1.0
    t = daily.mean() / (daily.std(ddof=1) / np.sqrt(len(daily)))
    many = stats.poisson.sf(episodes - 1, chance)
    return max(float(many), float(stats.t.sf(t, len(daily) - 1)))


def _openings(lane: Index, when: Index, within: int) -> Index:
    """Positions that open an episode: coincidences of one stream that follow closely are one."""
    order = np.lexsort((when, lane))
    opens = np.ones(len(order), bool)
    opens[1:] = (np.diff(lane[order]) != 0) | (np.diff(when[order]) > within)
    found: Index = order[opens]
    return found
