"""Groups and other customers side by side: each a unit that one query can sum over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group

__all__ = ["UNITS", "WORK", "Units", "attach_units", "attach_work"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

UNITS = "unit_of_account"
"""Name of the table that `attach_units` makes: account (digest), unit, a and party (positions)."""
WORK = "unit_work"
"""Name of the table that `attach_work` makes: unit, exchange."""
_STREAMS = "unit_stream"
_OTHERS = 20_000
_NEAREST = 200


@dataclass(frozen=True, slots=True)
class Units:
    """What the units are: group `i` is unit `i`, the parties compared with are the units after.

    Attributes:
        groups: How many units are groups.
        parties: By unit after them, the party's position.
    """

    groups: int
    parties: Index

    def rank(self, values: Floats) -> Floats:
        """By group, the share of the other parties that reach its value.

        Args:
            values: By unit; NaN says nothing.
        """
        mine, others = values[: self.groups], values[self.groups :]
        ordered = np.sort(others[~np.isnan(others)])
        reached = len(ordered) - np.searchsorted(ordered, mine, side="left")
        return np.where(np.isnan(mine), np.nan, (1 + reached) / (1 + len(ordered)))

    def rank_nearest(self, values: Floats, size: Floats) -> Floats:
        """As `rank`, among the parties that are nearest to the group in `size`.

        Args:
            values: By unit; NaN says nothing.
            size: By unit; what must be alike before values are compared.
        """
        known = self.groups + np.flatnonzero(~np.isnan(values[self.groups :]))
        others = known[np.lexsort((known, size[known]))]
        nearest = min(_NEAREST, len(others))
        middle = np.searchsorted(size[others], size[: self.groups])
        low = np.clip(middle - nearest // 2, 0, len(others) - nearest)
        peers = values[others][low[:, None] + np.arange(nearest)]
        reached = (peers >= values[: self.groups, None]).sum(axis=1)
        return np.where(np.isnan(values[: self.groups]), np.nan, (1 + reached) / (1 + nearest))

    def values(self, unit: pa.ChunkedArray, number: pa.ChunkedArray) -> Floats:
        """Numbers by unit, 0 where there is no row."""
        result = np.zeros(self.groups + len(self.parties))
        result[unit.to_numpy()] = number.to_numpy()
        return result


def attach_units(
    groups: Sequence[Group], tables: Tables, *, others: int = _OTHERS, alone: bool = False
) -> Units:
    """Attach table `UNITS`: the groups' accounts, and those of parties outside of every group.

    Args:
        groups: The groups.
        tables: The run's rollups.
        others: The most accounts of other parties; the least digests are taken, so the choice
            depends on nothing but who there is.
        alone: Whether other parties must have one account only.
    """
    party = tables.party
    members = [g.accounts for g in groups]
    unit = [np.full(len(m), i) for i, m in enumerate(members)]
    inside = np.concatenate(members) if members else np.empty(0, np.int64)
    digests = tables.accounts["account"].to_numpy()
    free = np.flatnonzero(~np.isin(party, party[inside]))
    if alone:
        free = free[np.bincount(party, minlength=tables.parties)[party[free]] == 1]
    free = np.sort(free[np.argsort(digests[free], kind="stable")][:others])
    parties, number = np.unique(party[free], return_inverse=True)
    at = np.concatenate([inside, free])
    columns = {
        "account": digests[at],
        "unit": np.concatenate([*unit, number + len(groups)]).astype(np.int64),
        "a": at,
        "party": party[at],
    }
    tables.engine.attach(UNITS, pa.table(columns))
    return Units(len(groups), parties)


def attach_work(groups: Sequence[Group], tables: Tables) -> None:
    """Make table `WORK`: the exchanges of each group's accounts in the group's own streams.

    Needs `UNITS`. Accounts are joined before streams, so a stream that stands in many groups costs
    no more than its exchanges.
    """
    names = tables.streams["stream"].to_numpy()
    unit = [np.full(len(g.streams), i, np.int64) for i, g in enumerate(groups)]
    stream = [names[g.streams].astype(np.int64) for g in groups]
    empty = np.empty(0, np.int64)
    table = {"unit": np.concatenate([empty, *unit]), "stream": np.concatenate([empty, *stream])}
    tables.engine.attach(_STREAMS, pa.table(table))
    tables.engine.create(
        WORK,
        f"""SELECT DISTINCT m.unit, m.exchange
            FROM (SELECT u.unit, x.exchange, x.stream
                  FROM exchange_stream x JOIN {UNITS} u USING (account)
                  WHERE u.unit < {len(groups)}) m
            SEMI JOIN {_STREAMS} s ON m.stream = s.stream AND m.unit = s.unit""",
    )
    tables.engine.drop(_STREAMS)
