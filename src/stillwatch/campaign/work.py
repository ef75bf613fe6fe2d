"""Do accounts do the same work? The cost of telling who uses which stream, as one crew or several.

One crew's accounts use the same streams; two crews that share a text or a proxy do not. A group is
described stream by stream with the marginal likelihood of a beta-binomial (a Bayes factor read as
a code length, Rissanen 1983). Parts that do the same work are cheaper told as one, parts that do
different work are cheaper told apart.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betaln

from stillwatch.rollup.tables import Tables

__all__ = ["description_bits", "same_work", "streams_in_use"]

Index = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_USED, _UNUSED = 0.3, 1.0  # prior of a stream's share of a crew: mostly none, sometimes all
_LEAST = 3  # accounts of the whole before a stream tells anything


def description_bits(accounts: Index, streams: Index, tables: Tables) -> float:
    """Bits to tell which of `accounts` use which of `streams`."""
    n = len(accounts)
    if not n or not len(streams):
        return 0.0
    k = _users(accounts, tables)[streams]
    likelihood = betaln(k + _USED, n - k + _UNUSED) - betaln(_USED, _UNUSED)
    return float(-likelihood.sum() / np.log(2))


def streams_in_use(accounts: Index, tables: Tables) -> Index:
    """Positions of the streams that several of the accounts use."""
    used: Index = np.flatnonzero(_users(accounts, tables) >= _LEAST)
    return used


def same_work(a: Index, b: Index, tables: Tables) -> float:
    """Cosine, 0…1, of how the two sets of accounts spread over streams."""
    x, y = _users(a, tables), _users(b, tables)
    # sums, not BLAS: its threads wait longer for one another than these take
    size = float(np.sqrt((x * x).sum()) * np.sqrt((y * y).sum()))
    return float((x * y).sum()) / size if size else 0.0


def _users(accounts: Index, tables: Tables) -> Floats:
    rows = tables.by_account.of(accounts)
    stream = tables.stream_rows["s"].to_numpy()[rows]
    users: Floats = np.bincount(stream, minlength=tables.streams.num_rows).astype(float)
    return users
