"""Of overlapping proposals, keep the ones that explain each account best.

The views of the graph propose the same operation more than once: a fragment of it, the whole, the
whole and its neighbours. The most probable proposal wins; among nearly equal ones the larger,
unless its parts are cheaper told apart, for then it is several operations that share a text or a
proxy.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from stillwatch.campaign.form import own_streams
from stillwatch.campaign.joining import Believed
from stillwatch.campaign.members import Spokes
from stillwatch.campaign.work import description_bits, traits_in_use
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group

__all__ = ["select"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_OVERLAP = 0.34  # of a proposal may be taken already
_STEPS = 10  # probabilities within a tenth count as equal; then size decides
_INSIDE = 0.9  # of a part lies in the whole
_MARGIN = 20.0  # bits that telling two crews apart must save
_CLEARER = 1.0  # bits by which two parts are one operator each more clearly than the whole is
_CELL = 0.25  # of the whole: a smaller part is a cell of it, and no campaign beside another
_LIKELY = 0.5  # a part must be a campaign by itself
_CREW = 8  # accounts: fewer are a card or a seat of a crew, not another crew


def select(proposed: Sequence[Believed], spokes: Spokes, tables: Tables) -> list[Group]:
    """Groups that do not overlap much, ordered by their first account."""
    ordered = sorted(
        proposed,
        key=lambda b: (
            -round(b.probability * _STEPS),
            -len(b.group.accounts),
            b.group.accounts.tobytes(),
        ),
    )
    likely = _Parts([b for b in ordered if b.probability >= _LIKELY], tables)
    taken = np.zeros(tables.accounts.num_rows, bool)
    kept: list[Group] = []
    for each in ordered:
        group = each.group
        free = group.accounts[~taken[group.accounts]]
        if len(free) < (1 - _OVERLAP) * len(group.accounts):
            continue
        if each.probability >= _LIKELY and _falls_apart(each, likely, spokes, tables):
            continue
        streams = group.streams if len(free) == len(group.accounts) else own_streams(tables, free)
        kept.append(Group(accounts=free, streams=streams))
        taken[free] = True
    return sorted(kept, key=lambda g: int(g.accounts[0]))


class _Parts:
    """Likely groups, to ask which of them a larger one is made of."""

    def __init__(self, likely: Sequence[Believed], tables: Tables) -> None:
        ordered = sorted(likely, key=lambda b: -len(b.group.accounts))
        self._groups = [b.group for b in ordered]
        self._operator = np.array([b.operator_bits for b in ordered])
        self._size = np.array([len(g.accounts) for g in self._groups], np.int64)
        self._accounts = tables.accounts.num_rows
        row = np.repeat(np.arange(len(self._groups)), self._size)
        column = np.concatenate([g.accounts for g in self._groups]) if ordered else row
        self._member = csr_array(
            (np.ones(len(row)), (row, column)), shape=(len(self._groups), self._accounts)
        )

    def of(self, whole: Group) -> tuple[list[Index], Floats]:
        """Each part that lies in `whole`: its accounts, and its bits for one operator."""
        inside = np.zeros(self._accounts)
        inside[whole.accounts] = 1
        common = self._member @ inside
        crew = np.minimum(common, len(whole.accounts) - common) >= _CREW
        smaller = self._size < _INSIDE * len(whole.accounts)
        found = np.flatnonzero(crew & smaller & (common >= _INSIDE * self._size))
        accounts = [
            np.intersect1d(self._groups[i].accounts, whole.accounts, assume_unique=True)
            for i in found
        ]
        return accounts, self._operator[found]


def _falls_apart(each: Believed, parts: _Parts, spokes: Spokes, tables: Tables) -> bool:
    """Whether likely parts are one operator each more clearly, or told apart more cheaply."""
    whole = each.group
    within, operator = parts.of(whole)
    if not within:
        return False
    clearer = np.flatnonzero(operator > each.operator_bits + _CLEARER)
    if _disjoint([within[i] for i in clearer]):
        return True
    traits = traits_in_use(whole.accounts, spokes, tables)
    together = description_bits(whole.accounts, traits, spokes, tables)
    for inside, bits in zip(within, operator, strict=True):
        if bits <= each.operator_bits and len(inside) < _CELL * len(whole.accounts):
            continue  # its cells differ in their means; none is one operator more clearly than it
        rest = np.setdiff1d(whole.accounts, inside, assume_unique=True)
        apart = description_bits(inside, traits, spokes, tables)
        apart += description_bits(rest, traits, spokes, tables)
        if apart + _MARGIN < together:
            return True
    return False


def _disjoint(parts: Sequence[Index]) -> bool:
    """Whether two of the parts have no account in common."""
    return any(
        not len(np.intersect1d(one, two, assume_unique=True)) for one, two in combinations(parts, 2)
    )
