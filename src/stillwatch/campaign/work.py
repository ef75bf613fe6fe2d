"""Do accounts work as one crew? The cost of telling who uses what, as one crew or as several.

One crew's accounts use the same streams and means; two crews that share a text or a proxy do not. A
group is described trait by trait with the marginal likelihood of a beta-binomial (a Bayes factor
read as a code length, Rissanen 1983). Parts that do the same work are cheaper told as one, parts
that do different work are cheaper told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln

from stillwatch.campaign.members import Spokes
from stillwatch.rollup.tables import Tables

__all__ = ["Work", "Works", "description_bits", "traits_in_use"]

Index = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_USED, _UNUSED = 0.3, 1.0  # prior of a stream's share of a crew: mostly none, sometimes all
_THEIRS = 0.5  # of a stream's accounts are suspect
_LEAST = 3  # accounts of the whole before a stream or a value tells anything
_NOT_MEANS = ("stream", "recipe", "newcomers")


def description_bits(accounts: Index, traits: Index, spokes: Spokes, tables: Tables) -> float:
    """Bits to tell which of `accounts` show which of `traits`.

    Args:
        accounts: Positions of the accounts.
        traits: Streams by position, then shared means by hub (see `traits_in_use`).
        spokes: Who shares what.
        tables: The run's rollups.
    """
    n = len(accounts)
    if not n or not len(traits):
        return 0.0
    k = _shown(accounts, spokes, tables)[traits]
    likelihood = betaln(k + _USED, n - k + _UNUSED) - betaln(_USED, _UNUSED)
    return float(-likelihood.sum() / np.log(2))


def traits_in_use(accounts: Index, spokes: Spokes, tables: Tables) -> Index:
    """Streams and shared means that several of the accounts show."""
    used: Index = np.flatnonzero(_shown(accounts, spokes, tables) >= _LEAST)
    return used


@dataclass(frozen=True, slots=True)
class Work:
    """How a set of accounts spreads over streams.

    Attributes:
        streams: Those that it uses, ascending.
        users: By such a stream, how many of its accounts use it.
        theirs: By such a stream, whether its users are mostly suspect.
    """

    streams: Index
    users: Floats
    theirs: Flags


class Works:
    """Compares what sets of accounts do."""

    def __init__(self, suspect: Flags, tables: Tables) -> None:
        """`suspect` says by account whether it is in a likely group."""
        self._tables = tables
        users = _users(np.flatnonzero(suspect), tables)
        self._theirs = users >= _THEIRS * tables.streams["accounts"].to_numpy()
        self._spread = np.zeros((2, tables.streams.num_rows))

    def of(self, accounts: Index) -> Work:
        """What the accounts do."""
        users = _users(accounts, self._tables)
        streams = np.flatnonzero(users)
        return Work(streams, users[streams], self._theirs[streams])

    def alike(self, one: Work, others: Sequence[Work]) -> Floats:
        """Cosine, 0…1, of how `one` and each of the others spread over streams.

        The lesser of two cosines: over all streams, and over those whose users are mostly suspect;
        a product's instructions, which everybody uses, do not make two crews one.
        """
        if not others:
            return np.zeros(0)
        streams = np.concatenate([w.streams for w in others])
        users = np.concatenate([w.users for w in others])
        theirs = np.concatenate([w.theirs for w in others])
        owner = np.repeat(np.arange(len(others)), [len(w.streams) for w in others])
        self._spread[0, one.streams] = one.users
        self._spread[1, one.streams] = one.users * one.theirs
        found = np.ones(len(others))
        for spread, values in zip(self._spread, (users, users * theirs), strict=True):
            common = np.bincount(owner, spread[streams] * values, minlength=len(others))
            size = np.sqrt(np.bincount(owner, values * values, minlength=len(others)))
            size *= np.sqrt((spread[one.streams] ** 2).sum())
            found = np.minimum(found, np.where(size > 0, common / np.where(size > 0, size, 1), 0))
        self._spread[:, one.streams] = 0
        return found


def _shown(accounts: Index, spokes: Spokes, tables: Tables) -> Floats:
    """How many of the accounts use each stream, then how many share each hub of means."""
    rows = spokes.by_account.of(accounts)
    hub = spokes.hubs.hub[rows]
    means = ~np.isin(spokes.hubs.kind, _NOT_MEANS)
    shared = np.bincount(hub[means[hub]], minlength=len(means)).astype(float)
    return np.concatenate([_users(accounts, tables), shared])


def _users(accounts: Index, tables: Tables) -> Floats:
    rows = tables.by_account.of(accounts)
    stream = tables.stream_rows["s"].to_numpy()[rows]
    users: Floats = np.bincount(stream, minlength=tables.streams.num_rows).astype(float)
    return users
