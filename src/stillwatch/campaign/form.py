"""From communities to groups worth a look, each with the streams that are mostly its own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stillwatch.rollup.rows import Rows, numbered, pairs
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group

__all__ = ["form", "own_streams"]

Index = npt.NDArray[np.int64]

_OWN = 0.6  # of a stream's parties are in the group
_TYPICAL = 0.5  # of the group's parties are in a stream that others use too
_OFTENER = 20.0  # times as often as other parties
_COMMON = 3  # parties of the group in the stream


def form(tables: Tables, community: Index, *, minimum_parties: int) -> list[Group]:
    """Groups of at least `minimum_parties` parties, ordered by their first account."""
    if not len(community):
        return []
    inside = np.flatnonzero(community >= 0)
    labels, label = np.unique(community[inside], return_inverse=True)
    shown, _ = pairs(label, tables.party[inside])
    parties = np.bincount(shown, minlength=len(labels))
    rows = Rows.by(label.astype(np.int64), len(labels))
    groups = []
    for i in np.flatnonzero(parties >= minimum_parties):
        accounts = np.sort(inside[rows.of(np.array([i]))])
        groups.append(Group(accounts=accounts, streams=own_streams(tables, accounts)))
    return sorted(groups, key=lambda g: int(g.accounts[0]))


def own_streams(tables: Tables, accounts: Index) -> Index:
    """Positions of the streams that are the accounts' own.

    A stream is a group's own when most of its parties are in the group, or when most of the group
    is in it and far oftener than the rest of the world is.
    """
    rows = tables.by_account.of(accounts)
    each = tables.by_account.each(accounts)
    streams, stream = numbered(tables.stream_rows["s"].to_numpy()[rows], tables.streams.num_rows)
    common = tables.parties_in(accounts, each, stream, len(streams))
    total = tables.streams["parties"].to_numpy()[streams]
    mine = max(len(np.unique(tables.party[accounts])), 1)
    rest = max(tables.parties - mine, 1)
    outside = (total - common + 1) / rest
    typical = (common >= _TYPICAL * mine) & (common / mine >= _OFTENER * outside)
    own: Index = streams[((common >= _OWN * total) | typical) & (common >= _COMMON)]
    return own
