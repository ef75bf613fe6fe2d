"""Do accounts do the same work? The cost of describing who uses which stream, as one crew or several.

One crew's accounts use the same streams; two crews that share a text or a proxy do not. A group is
described by how many of its accounts use each stream; the description's length (Rissanen 1978) is
n·H(p) for every stream plus half a logarithm for every share that has to be told. Parts that do the
same work are cheaper told as one, parts that do different work are cheaper told apart.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stillwatch.rollup.tables import Tables

__all__ = ["description_bits", "same_work", "streams_in_use"]

Index = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_LEAST = 3  # accounts of the whole before a stream tells anything


def description_bits(accounts: Index, streams: Index, tables: Tables) -> float:
    """Bits to tell which of `accounts` use which of `streams`."""
    n = len(accounts)
    if not n or not len(streams):
        return 0.0
    k = _users(accounts, tables)[streams]
    p = np.clip(k / n, 1e-12, 1 - 1e-12)
    entropy = -(p * np.log2(p) + (1 - p) * np.log2(1 - p))
    return float(n * entropy.sum() + 0.5 * np.log2(n + 1) * (k > 0).sum())


def streams_in_use(accounts: Index, tables: Tables) -> Index:
    """Positions of the streams that several of the accounts use."""
    used: Index = np.flatnonzero(_users(accounts, tables) >= _LEAST)
    return used


def same_work(a: Index, b: Index, tables: Tables) -> float:
    """Cosine, 0…1, of how the two sets of accounts spread over streams."""
    x, y = _users(a, tables), _users(b, tables)
    size = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(x @ y) / size if size else 0.0


def _users(accounts: Index, tables: Tables) -> Floats:
    rows = tables.by_account.of(accounts)
    stream = tables.stream_rows["s"].to_numpy()[rows]
    users: Floats = np.bincount(stream, minlength=tables.streams.num_rows).astype(float)
    return users
