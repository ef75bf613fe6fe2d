"""The accounts of all groups at once, so that one query serves every group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group

__all__ = ["PICKED", "pick"]

Index = npt.NDArray[np.int64]

PICKED = "picked_accounts"
"""Name of the table that `pick` makes: account (digest), a (position), p (party position)."""


def pick(groups: Sequence[Group], tables: Tables) -> Index:
    """Attach the groups' accounts to the engine as table `PICKED`; returns their positions."""
    parts = [group.accounts for group in groups]
    accounts = np.unique(np.concatenate(parts)) if parts else np.empty(0, np.int64)
    digests = tables.accounts["account"].to_numpy()[accounts]
    table = {"account": digests, "a": accounts, "p": tables.party[accounts]}
    tables.engine.attach(PICKED, pa.table(table))
    return accounts
