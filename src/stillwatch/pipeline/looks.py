"""Which earlier moments to look at: a look costs much, and serves all campaigns at once.

A campaign that is seen at one moment is taken to be seen at all later ones, so each has a bracket:
not seen at its lower end, seen at its upper end. What lies between is traffic of which nobody knows
whether it was made unseen. The next moment is the one that takes most of that away, over all
campaigns and whatever the look shows: a search by halving, for many campaigns in parallel.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["Brackets"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_TIME = 1e-3  # of the weight is the time itself, so that quiet stretches are dated too


class Brackets:
    """Between which moments each campaign was seen first.

    Attributes:
        low: By campaign, the last moment at which it was not seen.
        high: By campaign, the first at which it was.

    Args:
        made: Campaign × moment, ascending: share of the campaign's exchanges made before it, 0…1.
        low: By campaign, a moment at which it cannot have been seen.
    """

    def __init__(self, made: Floats, low: Index) -> None:
        last = made.shape[1] - 1
        self._made = (1 - _TIME) * made + _TIME * np.arange(last + 1) / max(last, 1)
        self.low = np.minimum(low, last)
        self.high = np.full(len(made), last)

    def following(self, *, least: float = 0.0) -> int | None:
        """The moment to look at next; None where no look takes away more than `least`.

        Args:
            least: Mean share of a campaign's exchanges, 0…1.
        """
        if not len(self.low):
            return None
        moment = np.arange(self._made.shape[1])
        inside = (moment > self.low[:, None]) & (moment < self.high[:, None])
        each = np.arange(len(self.low))
        before = self._made - self._made[each, self.low][:, None]
        after = self._made[each, self.high][:, None] - self._made
        gain = np.where(inside, np.minimum(before, after), 0.0).mean(axis=0)
        best = int(np.argmax(gain))
        return best if gain[best] > least else None

    def looked(self, at: int, seen: Flags) -> None:
        """Take in what a look at a moment showed.

        Args:
            at: The moment.
            seen: By campaign, whether it was seen.
        """
        inside = (at > self.low) & (at < self.high)
        self.high[inside & seen] = at
        self.low[inside & ~seen] = at
