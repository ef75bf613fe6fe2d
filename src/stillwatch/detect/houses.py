"""Which accounts of a group are openly one house: one organization, mail domain or card."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.rollup.rows import Rows
from stillwatch.rollup.tables import Tables

__all__ = ["houses"]

Index = npt.NDArray[np.int64]

_COMMON = 0.02  # of all parties use a domain that is anybody's …
_MOSTLY = 1.5  # … unless the group's accounts are two thirds of those that use it
_CARD = "payment"


def houses(accounts: Index, tables: Tables) -> Index:
    """By account, the number of its house, from 0.

    An office that moves to another region or program moves with all of its accounts, whether they
    are declared as one organization or not.

    Args:
        accounts: Positions of a group's accounts.
        tables: The run's rollups.
    """
    domain, size = tables.mail_domain
    mine = domain[accounts]
    here = np.bincount(mine[mine >= 0], minlength=len(size))
    own = size <= np.maximum(_COMMON * tables.parties, _MOSTLY * here)
    mail = np.flatnonzero((mine >= 0) & own[np.maximum(mine, 0)])
    rows, card = tables.once(_cards)
    member = np.concatenate([np.arange(len(accounts)), mail, rows.each(accounts)])
    mark = np.concatenate(
        [
            tables.party[accounts],
            tables.parties + mine[mail],
            tables.parties + len(size) + card[rows.of(accounts)],
        ]
    )
    return _joined(member, mark, len(accounts))


def _joined(member: Index, mark: Index, number: int) -> Index:
    """By member, the number of the set of members that marks hold together."""
    names, of = np.unique(mark, return_inverse=True)
    nodes = number + len(names)
    graph = coo_array((np.ones(len(of), np.int8), (member, number + of)), shape=(nodes, nodes))
    _, label = connected_components(graph, directed=False)
    _, house = np.unique(label[:number], return_inverse=True)
    return house.astype(np.int64)


def _cards(tables: Tables) -> tuple[Rows, Index]:
    """The cards that pay for several accounts, by account."""
    shown = tables.values.filter(pc.equal(tables.values["kind"], _CARD))
    return Rows.by(shown["a"].to_numpy(), tables.accounts.num_rows), shown["v"].to_numpy()
