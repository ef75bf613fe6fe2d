"""Since when and until when each party of a group takes part in the group's work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group

__all__ = ["Spans", "spans"]

Index = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """The parties of a group that use its streams, in order of party.

    Attributes:
        party: Position of the party.
        account: Position of one of its accounts.
        first: First use of any of the group's streams, microseconds.
        last: Last use, microseconds.
        exchanges: Exchanges in the group's streams, each stream counted for itself.
    """

    party: Index
    account: Index
    first: Index
    last: Index
    exchanges: Index


def spans(group: Group, tables: Tables) -> Spans:
    """First and last use of the group's streams by each of its parties."""
    rows = tables.by_stream.of(group.streams)
    account = tables.stream_rows["a"].to_numpy()[rows]
    mine = np.isin(account, group.accounts)
    rows, account = rows[mine], account[mine]
    party, at, of = np.unique(tables.party[account], return_index=True, return_inverse=True)
    first = np.full(len(party), np.iinfo(np.int64).max)
    last = np.full(len(party), np.iinfo(np.int64).min)
    exchanges = np.zeros(len(party), np.int64)
    np.minimum.at(first, of, tables.stream_rows["first_us"].to_numpy()[rows])
    np.maximum.at(last, of, tables.stream_rows["last_us"].to_numpy()[rows])
    np.add.at(exchanges, of, tables.stream_rows["exchanges"].to_numpy()[rows])
    return Spans(party=party, account=account[at], first=first, last=last, exchanges=exchanges)
