"""How unusual is a group's number among the operator's own customers, the group itself left out?

One group is one draw: if its accounts are one operator they are one customer, so a thousand members
do not make their common habit a thousand times rarer. Customers are parties (a declared
organization, else an account); the group's own parties are removed before comparing, so that a
large campaign does not hide in the crowd that it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Crowd", "rarity_bits", "sum_by"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Crowd:
    """One number a party, NaN where it says nothing.

    Attributes:
        values: By party position.
    """

    values: Floats

    def share_above(self, value: float, without: Index) -> tuple[float, int]:
        """Share of the other parties that reach `value`, and how many others there are.

        The share is (1 + reached) / (1 + others): never zero, unbiased under exchangeability
        (Phipson and Smyth 2010).
        """
        known = ~np.isnan(self.values)
        known[without] = False
        others = self.values[known]
        reached = int((others >= value).sum())
        return (1 + reached) / (1 + len(others)), len(others)


def sum_by(owner: Index, values: Floats, owners: int) -> Floats:
    """Sums of `values` by owner position."""
    sums: Floats = np.bincount(owner, weights=values, minlength=owners).astype(np.float64)
    return sums


def rarity_bits(share: float, *, agree: float, ceiling: float, floor: float = -1.0) -> float:
    """log2(agree / share), kept between floor and ceiling.

    Args:
        share: How often honest customers reach this.
        agree: How often a campaign does.
        ceiling: The most that this kind of evidence may say.
        floor: The most it may say for the accounts.
    """
    return float(np.clip(np.log2(agree / share), floor, ceiling))
