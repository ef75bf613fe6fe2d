"""Where one party is refused, does another go on within seconds, more often than chance has it?

An event is a run of refusals that lie close together. It is *taken over* where others are answered
soon after it, were not just before it, and one of them is answered before the refused party is.
What the refused party did before does not count: a limit is met in the middle of a burst, so its
own answers always lie before a refusal. Three controls, of which the most lenient for the accounts
counts. *Own moments*: others begin as often around moments at which the party was answered, those
nearest to the refusal. *Shifted*: or around the refusals moved in time, to where the party was
active too (a circular shift, as in tests of one series against another). *Mirror*: or they end as
often there, which who meet at random, or are all refused at once, do as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = ["Takeover", "Used", "takeover"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_MINUTE = 60_000_000
_SHIFTS = (-1440, -120, -60, -40, -20, -10, -5, 5, 10, 20, 40, 60, 120, 1440)
_ACTIVE = 30 * _MINUTE  # between a shifted refusal and some answer to the same party
_NEIGHBOURS = 12  # answers to either side
_PAD = 7 * 1440 * _MINUTE  # between lanes, longer than any shift


class Used(NamedTuple):
    """Exchanges in order of time.

    Attributes:
        at: Microseconds.
        lane: What one party may take over from another, any numbers; -1 unknown.
        party: By whom, any numbers.
        accepted: Answered.
        refused: Refused, and to be looked at.
    """

    at: Index
    lane: Index
    party: Index
    accepted: Flags
    refused: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """How often another party goes on where one was refused.

    Attributes:
        events: Runs of refusals that were looked at.
        observed: Of them taken over.
        expected: The same by chance, by the more lenient of two controls.
        mirrored: Of them the reverse.
        share: Probability of at least `observed` under the null, 0…1.
        refused: Rows of the last refusal of each that was taken over.
        taken: Rows that took over.
        usual: Two rows each time that another party went on without any refusal.
    """

    events: int
    observed: int
    expected: float
    mirrored: int
    share: float
    refused: Index
    taken: Index
    usual: tuple[Index, Index]


class _Answered:
    """The answered exchanges, lane behind lane, to find what was answered around a moment."""

    def __init__(self, used: Used) -> None:
        rows = np.flatnonzero(used.accepted & (used.lane >= 0))
        _, lane = np.unique(used.lane, return_inverse=True)
        _, party = np.unique(used.party, return_inverse=True)
        # milliseconds, and room for what is shifted, so that many lanes fit an integer
        self.start = int(used.at[0])
        span = (int(used.at[-1]) - self.start + 2 * _PAD) // 1000 + 1
        self.lane = lane * span + _PAD // 1000
        self.own = (lane * (int(party.max()) + 1) + party) * span + _PAD // 1000
        when = (used.at[rows] - self.start) // 1000
        order = np.argsort(self.lane[rows] + when, kind="stable")
        self.rows, self.all = rows[order], (self.lane[rows] + when)[order]
        self.alone = np.sort(self.own[rows] + when)

    def begins(self, of: Index, at: Index, within: int, until: Index | None = None) -> Flags:
        """Whether others than each row's party are answered after a moment and not before it.

        Args:
            of: Rows, for their lane and party.
            at: A moment each, microseconds.
            within: How long after, and before, microseconds.
            until: The moment before which they must not be; None for `at`.
        """
        since = self._others(of, (at if until is None else until) - within, within)
        begins: Flags = self._others(of, at, within) & ~since
        return begins

    def ends(self, of: Index, at: Index, within: int, since: Index) -> Flags:
        """Whether they are answered before it, and not after the moment `since`."""
        ends: Flags = self._others(of, at - within, within) & ~self._others(of, since, within)
        return ends

    def _others(self, of: Index, since: Index, within: int) -> Flags:
        """Whether others are answered from a moment on."""
        low = (since - self.start) // 1000
        high = low + within // 1000
        all_, own = (
            np.searchsorted(where, base[of] + high) - np.searchsorted(where, base[of] + low)
            for where, base in ((self.all, self.lane), (self.alone, self.own))
        )
        others: Flags = all_ > own
        return others

    def next(self, of: Index, within: int, at: Index) -> Index:
        """The row answered first after each of these, at most so much later; else -1."""
        when = self.lane[of] + (at - self.start) // 1000
        place = np.searchsorted(self.all, when, "right").clip(0, len(self.all) - 1)
        gap = self.all[place] - when
        return np.where((gap >= 0) & (gap <= within // 1000), self.rows[place], -1)


def takeover(used: Used, *, within: int, least: int = 1) -> Takeover | None:
    """Compare what follows on refusals with what follows at other times; None for too little.

    Args:
        used: The exchanges.
        within: Longest time from a refusal to the answer that another party gets, microseconds.
        least: How many must be taken over.
    """
    if not (used.accepted & (used.lane >= 0)).any() or not used.refused.any():
        return None
    answered = _Answered(used)
    first, last = _events(used, within)
    if not len(first):
        return None
    start, stop = used.at[first], used.at[last]
    following = answered.next(last, within, stop)
    new = answered.begins(last, stop, within, until=start) & _other(used, following, last)
    if new.sum() < least:
        return None
    old = answered.ends(last, start, within, since=stop)
    own, usual = _own(used, answered, last, within)
    expected = max(own, _shifted(used, answered, last, within))
    observed, mirrored = int(new.sum()), int(old.sum())
    share = max(
        float(stats.poisson.sf(observed - 1, max(expected, 0.5))),
        float(stats.binom.sf(observed - 1, max(observed + mirrored, 1), 0.5)),
    )
    return Takeover(
        events=len(first),
        observed=observed,
        expected=expected,
        mirrored=mirrored,
        share=share,
        refused=last[new],
        taken=following[new],
        usual=usual,
    )


def _events(used: Used, within: int) -> tuple[Index, Index]:
    """First and last row of each run of refusals in a lane; runs of several parties are left out.

    Where many are refused at once all try again, and whoever comes first has taken over nothing.
    """
    rows = np.flatnonzero(used.refused & (used.lane >= 0))
    rows = rows[np.lexsort((used.at[rows], used.lane[rows]))]
    opens = np.ones(len(rows), bool)
    opens[1:] = (np.diff(used.lane[rows]) != 0) | (np.diff(used.at[rows]) > within)
    start = np.flatnonzero(opens)
    stop = np.append(start[1:], len(rows)) - 1
    changes = np.concatenate([[0], np.cumsum(np.diff(used.party[rows]) != 0)])
    alone = changes[start] == changes[stop] if len(rows) else np.empty(0, bool)
    return rows[start][alone], rows[stop][alone]


def _other(used: Used, found: Index, of: Index) -> Flags:
    """Whether there is a found row, and it is another party's."""
    other: Flags = (found >= 0) & (used.party[found] != used.party[of])
    return other


def _own(
    used: Used, answered: _Answered, refused: Index, within: int
) -> tuple[float, tuple[Index, Index]]:
    """Expected takeovers by what follows on the party's own answers; and rows of those."""
    rows = answered.rows
    order = rows[np.lexsort((rows, used.party[rows]))]
    control = order[~_refused_next(used, order, within)]
    hit = answered.begins(control, used.at[control], within)
    _, party = np.unique(used.party, return_inverse=True)
    span = int(used.at[-1] - used.at[0]) + 1
    place = party * span + used.at - used.at[0]
    where = np.searchsorted(place[control], place[refused])
    bounds = np.searchsorted(party[control], np.arange(int(party.max()) + 2))
    low = np.maximum(where - _NEIGHBOURS, bounds[party[refused]])
    high = np.minimum(where + _NEIGHBOURS, bounds[party[refused] + 1])
    total = np.concatenate([[0], np.cumsum(hit)])
    overall = hit.sum() / max(len(hit), 1)
    # one more answer that is followed as often as all are
    expected = (total[high] - total[low] + overall) / (high - low + 1)
    passed = control[hit]
    following = answered.next(passed, within, used.at[passed])
    other = _other(used, following, passed)
    return float(expected.sum()), (passed[other], following[other])


def _refused_next(used: Used, answered: Index, within: int) -> Flags:
    """Whether the same party's next exchange after each of these is a refusal, and soon."""
    order = np.lexsort((used.at, used.party))
    following = np.full(len(order), -1)
    same = used.party[order[1:]] == used.party[order[:-1]]
    following[order[:-1][same]] = order[1:][same]
    after = following[answered]
    soon: Flags = (
        (after >= 0) & ~used.accepted[after] & (used.at[after] - used.at[answered] <= within)
    )
    return soon


def _shifted(used: Used, answered: _Answered, refused: Index, within: int) -> float:
    """Expected takeovers by the refusals moved to other times at which the party was active."""
    _, party = np.unique(used.party, return_inverse=True)
    width = (int(used.at[-1] - used.at[0]) + 2 * _PAD) // 1000
    rows = np.flatnonzero(used.accepted)
    active = np.sort(party[rows] * width + (used.at[rows] - used.at[0] + _PAD) // 1000)
    hits, tries = np.zeros(len(refused)), np.zeros(len(refused))
    for shift in np.array(_SHIFTS) * _MINUTE:
        moved = used.at[refused] + shift
        own = party[refused] * width + (moved - used.at[0] + _PAD) // 1000
        near = np.searchsorted(active, own + _ACTIVE // 1000) > np.searchsorted(
            active, own - _ACTIVE // 1000
        )
        hit = answered.begins(refused, moved, within)
        hits += hit & near
        tries += near
    overall = hits.sum() / max(tries.sum(), 1.0)
    return float(((hits + overall) / (tries + 1)).sum())
