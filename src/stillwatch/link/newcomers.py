"""Texts that newcomers take up far more often than their number allows.

Accounts are farmed to be used: a campaign's are new, and they send the same things. A text that
many honest customers send too does not link them, but the newcomers among its senders may still be
too many for chance.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from stillwatch.rollup.tables import Tables

__all__ = ["newcomers"]

Index = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_YOUNGEST = 0.2  # of all accounts, by age when first seen
_LEAST = 4  # newcomers in a stream
_OFTENER = 2.0  # times the share of newcomers among all senders
_SURPRISE = 1e-4
_BASE_BITS, _MOST_BITS = 1.0, 4.0


def newcomers(tables: Tables) -> tuple[Index, Index, Floats]:
    """Stream position, account position and bits of each newcomer's share in such a text."""
    age = tables.number("first_us") - tables.number("created_us")
    known = ~np.isnan(age) & (age >= 0)
    s, a = tables.stream_rows["s"].to_numpy(), tables.stream_rows["a"].to_numpy()
    if not known.any() or not len(s):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    young = known & (age <= np.quantile(age[known], _YOUNGEST))
    among = np.unique(a[known[a]])
    base = max(float(young[among].mean()), 1e-6)
    count = tables.streams.num_rows
    total = np.bincount(s[known[a]], minlength=count)
    new = np.bincount(s[young[a]], minlength=count)
    share = new / np.maximum(total, 1)
    odd = (new >= _LEAST) & (share >= _OFTENER * base)
    odd &= stats.binom.sf(new - 1, total, base) < _SURPRISE
    with np.errstate(divide="ignore"):
        bits = np.minimum(_BASE_BITS + np.log2(share / base), _MOST_BITS)
    used = odd[s] & young[a]
    return s[used], a[used], bits[s[used]]
