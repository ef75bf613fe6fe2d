"""How unusual are a group's accounts among other customers of the same size?

What an account can show depends on how much it does: forty exchanges leave more idle hours than
four thousand. Each member is compared with the customers nearest to it in size, and the group
speaks with its typical member: its accounts may have one cause, so many of them are no rarer than
one. Where enough other groups are judged in the same run they are a second null, for what groups
show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.detect.nulls.population import rarity_bits
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

__all__ = ["Peers", "among_groups", "spoken", "typical"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_NEAREST = 200
_GROUPS = 12  # other groups, before they say what groups show


@dataclass(frozen=True, slots=True)
class Peers:
    """Every account's value, and one account a party to compare with: the largest.

    Attributes:
        values: By account position; NaN says nothing.
        size: By account position; what must be alike before values are compared.
        party: By account position.
        ranked: One account a party, those with a value only, by size.
    """

    values: Floats
    size: Floats
    party: Index
    ranked: Index

    @staticmethod
    def of(tables: Tables, values: Floats, size: Floats) -> Peers:
        """Peers out of two numbers an account."""
        known = np.flatnonzero(~np.isnan(values) & ~np.isnan(size))
        by_party = known[np.lexsort((known, -size[known], tables.party[known]))]
        owner = tables.party[by_party]
        first = np.ones(len(owner), bool)
        first[1:] = owner[1:] != owner[:-1]
        one = by_party[first]
        return Peers(values, size, tables.party, one[np.lexsort((one, size[one]))])

    def shares(self, group: Group) -> Floats:
        """For each account of the group, the share of its peers that reach its value.

        NaN where the account has no value. Shares are (1 + reached) / (1 + peers), so never zero.
        """
        shares = np.full(len(group.accounts), np.nan)
        at = np.flatnonzero(~np.isnan(self.values[group.accounts]))
        mine = group.accounts[at]
        outside = np.ones(int(self.party.max()) + 1, bool)
        outside[self.party[group.accounts]] = False
        others = self.ranked[outside[self.party[self.ranked]]]
        nearest = min(_NEAREST, len(others))
        if not len(mine) or not nearest:
            return shares
        middle = np.searchsorted(self.size[others], self.size[mine])
        low = np.clip(middle - nearest // 2, 0, len(others) - nearest)
        peers = others[low[:, None] + np.arange(nearest)]
        reached = (self.values[peers] >= self.values[mine][:, None]).sum(axis=1)
        shares[at] = (1 + reached) / (1 + nearest)
        return shares


def typical(shares: Floats, *, least: int = 3) -> float:
    """Median of the shares; NaN where fewer than `least` accounts have one."""
    known = shares[~np.isnan(shares)]
    return float(np.median(known)) if len(known) >= least else float("nan")


def among_groups(shares: Floats) -> Floats:
    """By group, the larger of its own share and its rank among the other groups' shares.

    A habit that groups of every kind have is not evidence, however rare it is among customers.
    """
    known = np.flatnonzero(~np.isnan(shares))
    result = shares.copy()
    if len(known) <= _GROUPS:
        return result
    ordered = np.sort(shares[known])
    lower = np.searchsorted(ordered, shares[known], side="right") - 1
    result[known] = np.maximum(shares[known], (1 + lower) / len(known))
    return result


def spoken(
    groups: Sequence[Group],
    shares: Floats,
    reason: Callable[[Group, float], str],
    *,
    agree: float,
    ceiling: float,
) -> list[Signal | None]:
    """A signal for each group whose share is small, among customers and among groups.

    Args:
        groups: The groups.
        shares: By group, how often honest customers reach what it shows; NaN for nothing to say.
        reason: Sentence for a group and its share.
        agree: How often a campaign reaches it.
        ceiling: The most bits that it may say.
    """
    found: list[Signal | None] = []
    for group, share in zip(groups, among_groups(shares), strict=True):
        bits = 0.0
        if not np.isnan(share):
            bits = rarity_bits(float(share), agree=agree, ceiling=ceiling, floor=0)
        found.append(Signal(bits=bits, reason=reason(group, float(share))) if bits > 0 else None)
    return found
