"""Do accounts of different parties openly belong together, as colleagues and classmates do?

Hiding is part of the offence: a campaign's accounts pose as strangers. Accounts that show one mail
domain of their own and have been verified or taken into a programme, or that come through one
identity provider, hide nothing. Nor do long-standing businesses, each verified and under its own
domain: an agency pays for its clients. And who signs up again and again at one address, with one
card, and works from there is one customer with many accounts, as any provider sees at a glance.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from stillwatch.rollup.rows import Rows
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group

__all__ = ["openly_affiliated"]

Flags = npt.NDArray[np.bool_]
Index = npt.NDArray[np.int64]

_COMMON = 0.02  # of all parties use a domain that is anybody's
_VERIFIED = 2
_OWN = 1  # parties under a domain of one's own
_CARD, _PLACES = "payment", ("signup_net", "client_net")  # of one customer who hides nothing
_SEVERAL = 3  # accounts of one card
_ALL = 0.8  # of them show the same place


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
    supported = tables.once(_supported)[group.accounts]
    shown = home & (verified | supported) | business & verified | sso | _house(group, tables)
    return float(shown.mean()) if number else 0.0


def _supported(tables: Tables) -> Flags:
    """Accounts of a programme for education, research or start-ups."""
    return np.asarray(tables.accounts["program"].is_valid().to_numpy())


def _house(group: Group, tables: Tables) -> Flags:
    """Accounts of one card that nearly all signed up at one place and work from one network."""
    same = np.zeros(len(group.accounts), bool)
    holder, card = _held(group, tables, _CARD)
    places = [_held(group, tables, kind) for kind in _PLACES]
    cards, counts = np.unique(card, return_counts=True)
    for value in cards[counts >= _SEVERAL]:
        at = holder[card == value]
        if all(_common(at, *place) for place in places):
            same[at] = True
    return same


def _held(group: Group, tables: Tables, kind: str) -> tuple[Index, Index]:
    """Which account of the group, by place, shows which value of this kind."""
    rows, value = tables.once(_shown, kind)
    return rows.each(group.accounts), value[rows.of(group.accounts)]


def _common(at: Index, holder: Index, value: Index) -> bool:
    """Whether nearly all of these accounts show one and the same value."""
    _, counts = np.unique(value[np.isin(holder, at)], return_counts=True)
    return bool(len(counts) and counts.max() >= _ALL * len(at))


def _shown(tables: Tables, kind: str) -> tuple[Rows, Index]:
    """The values of this kind, by account."""
    shown = tables.values.filter(pc.equal(tables.values["kind"], kind))
    return Rows.by(shown["a"].to_numpy(), tables.accounts.num_rows), shown["v"].to_numpy()


def _standing(tables: Tables) -> Flags:
    """Accounts that were older than half of all accounts when first seen."""
    age = tables.number("first_us") - tables.number("created_us")
    known = age[~np.isnan(age)]
    standing: Flags = age > (np.median(known) if len(known) else np.inf)
    return standing
