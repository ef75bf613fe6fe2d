"""Groups that are known, weighed anew: what changes between two whole judgements.

Finding groups costs most of a judgement (communities, proposals, a weighing of each). Between two
findings the groups of the last one stay. Accounts that came or were active since may join the one
they are tied to most, by the ties that trim a proposal, if they are tied to it as its members are:
whoever has less in common with it is left to the next finding, which sees all groups that he might
belong to. Every group is weighed on the tables as they are now. Where nothing came, this gives what
the whole judgement gave.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stillwatch.campaign import Spokes, own_streams, ties
from stillwatch.pipeline.judge import Judgement, spokes_of, weigh
from stillwatch.rollup import Tables
from stillwatch.schema.results import Group

__all__ = ["follow"]

Index = npt.NDArray[np.int64]

_ROUNDS = 2  # as in a whole judgement
_LOOSEST = 0.25  # of the members: who joins is tied no less than the others


def follow(
    tables: Tables, standing: Sequence[Index], active: Index, *, minimum_parties: int
) -> Judgement:
    """Weigh standing groups, with those that have joined them.

    Args:
        tables: The rollups of now.
        standing: Positions of the accounts of each group; -1 is one that is not there any more.
        active: Positions of the accounts that have sent anything since the groups were found.
        minimum_parties: Fewer unrelated customers are no group.
    """
    spokes = spokes_of(tables)
    kept = [left for a in standing if len(left := _left(a, tables, minimum_parties))]
    groups = [
        Group(accounts=a, streams=own_streams(tables, a))
        for a in sorted(_grown(kept, active, spokes, tables), key=lambda a: int(a[0]))
    ]
    return weigh(groups, spokes, tables)


def _left(group: Index, tables: Tables, minimum_parties: int) -> Index:
    """The accounts that are still there and may be members; none where too few are left."""
    there = group[group >= 0]
    there = np.sort(there[~tables.granted[there]])
    few = len(np.unique(tables.party[there])) < minimum_parties
    return there[:0] if few and len(there) < len(group) else there


def _grown(standing: Sequence[Index], active: Index, spokes: Spokes, tables: Tables) -> list[Index]:
    """The groups with the active accounts that take part as their members do."""
    free = np.zeros(tables.accounts.num_rows, bool)
    free[active] = ~tables.granted[active]
    for members in standing:
        free[members] = False
    best = np.full(len(free), -1.0)
    home = np.full(len(free), -1, np.int64)
    rows = np.flatnonzero(free[spokes.hubs.account])
    hub, account = spokes.hubs.hub[rows], spokes.hubs.account[rows]
    for i, members in enumerate(standing):
        shared = np.unique(spokes.hubs.hub[spokes.by_account.of(members)])
        coming = np.unique(account[np.isin(hub, shared)])
        for _ in range(_ROUNDS):
            coming, bits = _tied(members, coming, spokes, tables)
        nearer = bits > best[coming]
        best[coming[nearer]], home[coming[nearer]] = bits[nearer], i
    return [
        np.union1d(members, np.flatnonzero(home == i)) if (home == i).any() else members
        for i, members in enumerate(standing)
    ]


def _tied(
    members: Index, coming: Index, spokes: Spokes, tables: Tables
) -> tuple[Index, npt.NDArray[np.float64]]:
    """Those of `coming` that take part as the members do if they stand in the group; their odds."""
    if not len(coming):
        return coming, np.empty(0)
    both = np.union1d(members, coming)
    bits = ties(Group(accounts=both, streams=own_streams(tables, both)), spokes, tables).bits
    least = max(float(np.quantile(bits[np.searchsorted(both, members)], _LOOSEST)), 0.0)
    bits = bits[np.searchsorted(both, coming)]
    return coming[bits >= least], bits[bits >= least]
