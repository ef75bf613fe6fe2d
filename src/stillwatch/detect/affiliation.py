"""Do accounts of different parties openly belong together, as colleagues and classmates do?

Hiding is part of the offence: a campaign's accounts pose as strangers. Accounts that show one mail
domain of their own and have been verified, or that come through one identity provider, hide
nothing. Nor do long-standing businesses, each verified and under its own domain: an agency pays for
its clients. And who signs up again and again at one address, with one card, and works from there is
one customer with many accounts, as any provider sees at a glance.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group

__all__ = ["openly_affiliated"]

_COMMON = 0.02  # of all parties use a domain that is anybody's
_VERIFIED = 2
_OWN = 1  # parties under a domain of one's own
_HOUSE = ("payment", "signup_net", "client_net")  # the same for one customer who hides nothing
_ALL = 0.8  # of the accounts show the same of each


def openly_affiliated(group: Group, tables: Tables) -> float:
    """Share of the group's accounts that show a common home or stand for themselves, 0…1."""
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
    business = (
        (mine >= 0) & (size[np.maximum(mine, 0)] <= _OWN) & tables.once(_standing)[group.accounts]
    )
    open_ = ((home | business) & verified) | sso | _house(group, tables)
    return float(open_.mean()) if number else 0.0


def _house(group: Group, tables: Tables) -> npt.NDArray[np.bool_]:
    """Accounts that share the card, the place of sign-up and the network that nearly all share."""
    same = np.ones(len(group.accounts), bool)
    for kind in _HOUSE:
        mine = tables.once(_shown, kind)[group.accounts]
        values, counts = np.unique(mine[mine >= 0], return_counts=True)
        same &= mine == values[np.argmax(counts)] if len(values) else False
    return same if same.mean() >= _ALL else np.zeros(len(same), bool)


def _shown(tables: Tables, kind: str) -> npt.NDArray[np.int64]:
    """By account, the value of this kind that it shows most; -1 where there is none."""
    rows = tables.values.filter(pc.equal(tables.values["kind"], kind))
    order = np.argsort(rows["exchanges"].to_numpy(), kind="stable")
    shown = np.full(tables.accounts.num_rows, -1, np.int64)
    shown[rows["a"].to_numpy()[order]] = rows["v"].to_numpy()[order]
    return shown


def _standing(tables: Tables) -> npt.NDArray[np.bool_]:
    """Accounts that were older than half of all accounts when first seen."""
    age = tables.number("first_us") - tables.number("created_us")
    known = age[~np.isnan(age)]
    standing: npt.NDArray[np.bool_] = age > (np.median(known) if len(known) else np.inf)
    return standing
