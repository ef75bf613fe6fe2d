"""Do accounts work as one crew? The cost of telling who uses what, as one crew or as several.

One crew's accounts use the same streams and means; two crews that share a text or a proxy do not. A
group is described trait by trait with the marginal likelihood of a beta-binomial (a Bayes factor
read as a code length, Rissanen 1983). Parts that do the same work are cheaper told as one, parts
that do different work are cheaper told apart.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betaln

from stillwatch.campaign.members import Spokes
from stillwatch.rollup.tables import Tables

__all__ = ["description_bits", "same_work", "traits_in_use"]

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


def same_work(a: Index, b: Index, suspect: Flags, tables: Tables) -> float:
    """Cosine, 0…1, of how two sets of accounts spread over streams.

    The lesser of two cosines: over all streams, and over those whose users are mostly suspect; a
    product's instructions, which everybody uses, do not make two crews one.

    Args:
        a: Positions of accounts.
        b: Positions of other accounts.
        suspect: By account, whether it is in a likely group.
        tables: The run's rollups.
    """
    theirs = _users(np.flatnonzero(suspect), tables)
    count = theirs >= _THEIRS * tables.streams["accounts"].to_numpy()
    x, y = _users(a, tables), _users(b, tables)
    return min(_cosine(x, y), _cosine(x * count, y * count))


def _cosine(x: Floats, y: Floats) -> float:
    # sums, not BLAS: its threads wait longer for one another than these take
    size = float(np.sqrt((x * x).sum()) * np.sqrt((y * y).sum()))
    return float((x * y).sum()) / size if size else 0.0


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
