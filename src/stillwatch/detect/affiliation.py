"""Do accounts of different parties openly belong together, as colleagues and classmates do?

Hiding is part of the offence: a campaign's accounts pose as strangers. Accounts that show one mail
domain of their own and have been verified, or that come through one identity provider, hide
nothing.
"""

from __future__ import annotations

import numpy as np

from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group

__all__ = ["openly_affiliated"]

_COMMON = 0.02  # of all parties use a domain that is anybody's
_VERIFIED = 2


def openly_affiliated(group: Group, tables: Tables) -> float:
    """Share of the group's accounts that show one common home, 0…1."""
    number = len(group.accounts)
    verified = np.nan_to_num(tables.number("verification")[group.accounts]) >= _VERIFIED
    sso = np.nan_to_num(tables.number("sso")[group.accounts]) > 0
    home = np.zeros(number, bool)
    domain, size = tables.mail_domain
    mine = domain[group.accounts]
    values, counts = np.unique(mine[mine >= 0], return_counts=True)
    if len(values):
        top = int(values[np.argmax(counts)])
        if size[top] <= max(_COMMON * tables.parties, 1.5 * counts.max()):
            home = mine == top
    return float(((home & verified) | sso).mean()) if number else 0.0
