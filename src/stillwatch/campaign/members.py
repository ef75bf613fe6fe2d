"""Who in a group takes part: an account's own ties, not its neighbours', make it a member.

Honest customers of a proxy share its addresses, and a class shares its campus with an attacker; a
member is tied by what the group does (its streams) or by means that strangers do not share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.rollup.rows import Rows, numbered, pairs
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Hubs

__all__ = ["Spokes", "Ties", "ties"]

Index = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_PRIOR = -3.0  # a neighbour in the graph is more often a bystander than not
_AWAY = -4.0  # plenty of text, none of it in the group's own streams
_INTO_WORK = 3.0  # at the most, for spending one's traffic on the group's streams
_SHARED = 2  # parties of the group that show a value before it ties anybody
_ENOUGH = 8  # exchanges with text before absence says all that it can


class Spokes:
    """Hubs indexed by account; no account has two spokes to one hub."""

    def __init__(self, hubs: Hubs, tables: Tables) -> None:
        self.hubs = hubs
        self.by_account = Rows.by(hubs.account, tables.accounts.num_rows)
        hub, _ = pairs(hubs.hub, tables.party[hubs.account])
        self.parties = np.bincount(hub, minlength=len(hubs.bits)).astype(float)
        self.kinds, self.kind = np.unique(hubs.kind, return_inverse=True)

    def of(self, accounts: Index) -> tuple[Index, Index, Index]:
        """The hubs that accounts have spokes to, ascending, and by spoke its account and hub.

        Accounts are counted from 0 in the order given, hubs by their place among those found.
        """
        rows = self.by_account.of(accounts)
        names, hub = numbered(self.hubs.hub[rows], len(self.hubs.bits))
        return names, self.by_account.each(accounts), hub


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """What ties each account of a group to the others, in the order of `Group.accounts`.

    Attributes:
        bits: log2 odds that the account takes part, given that the group is a campaign.
        best: Bits by kind of tie, for each account the strongest of the kind.
        share: Share of the account's exchanges that lie in the group's streams.
    """

    bits: Floats
    best: dict[str, Floats]
    share: Floats


def ties(group: Group, spokes: Spokes, tables: Tables) -> Ties:
    """Weigh each account's own ties to the rest of the group."""
    hubs = spokes.hubs
    met, at, hub = spokes.of(group.accounts)
    present = tables.parties_in(group.accounts, at, hub, len(met)).astype(float)
    # a value shared with more outsiders than members ties nobody to *this* group
    within = np.where(
        present >= _SHARED, (present - 1) / np.maximum(spokes.parties[met] - 1, 1), 0.0
    )
    worth = hubs.bits[met] * within
    tying = np.flatnonzero(worth[hub] > 0)
    at, hub = at[tying], hub[tying]
    best: dict[str, Floats] = {}
    for kind in numbered(spokes.kind[met[hub]], len(spokes.kinds))[0]:
        mine = (spokes.kind[met] == kind)[hub]
        strongest = np.zeros(len(group.accounts))
        np.maximum.at(strongest, at[mine], worth[hub[mine]])
        best[str(spokes.kinds[kind])] = strongest
    share = _share(group, tables)
    text = tables.totals["with_text"][group.accounts]
    away = (share == 0) & (len(group.streams) > 0)
    total = _PRIOR + _discounted(best, len(group.accounts))
    elsewhere = _AWAY * np.minimum(text / _ENOUGH, 1)
    total += np.where(away, elsewhere, _INTO_WORK * np.sqrt(share))
    return Ties(bits=total, best=best, share=share)


def _share(group: Group, tables: Tables) -> Floats:
    """Share of each account's exchanges in the group's streams (its largest stream, not a sum)."""
    rows = tables.by_account.of(group.accounts)
    mine = np.zeros(tables.streams.num_rows, bool)
    mine[group.streams] = True
    own = mine[tables.stream_rows["s"].to_numpy()[rows]]
    at = tables.by_account.each(group.accounts)[own]
    most = np.zeros(len(group.accounts))
    np.maximum.at(most, at, tables.stream_rows["exchanges"].to_numpy()[rows][own].astype(float))
    return np.minimum(most / np.maximum(tables.totals["exchanges"][group.accounts], 1), 1.0)


def _discounted(best: dict[str, Floats], accounts: int) -> Floats:
    """The strongest kind in full, each further one by half: one cause may show in several."""
    if not best:
        return np.zeros(accounts)
    ranked = -np.sort(-np.stack(list(best.values())), axis=0)
    weight = 0.5 ** np.arange(len(ranked))
    total: Floats = (ranked * weight[:, None]).sum(axis=0)
    return total
