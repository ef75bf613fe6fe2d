"""A group's core: the accounts whose habits are the group's rather than everybody's.

A community drags in bystanders who share one of its texts. What the group uses far oftener than the
rest of the world tells members from bystanders: a tempered naive-Bayes mixture of two components
(the group, the background) over those hubs, fitted by a few rounds of hard EM.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stillwatch.campaign.form import own_streams
from stillwatch.campaign.members import Spokes
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group

__all__ = ["core"]

Index = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_ROUNDS = 4
_OFTENER = 6.0  # times as often as in the background before a hub tells anything
_SHARE = 0.1  # of the group must show it
_TEMPER = 0.35  # hubs go together: a member's tenth agreement says less than its first
_SMOOTH = 0.5
_FEWEST = 2  # accounts of a core


def core(group: Group, spokes: Spokes, tables: Tables) -> Group | None:
    """The group without its bystanders, or None where nothing sets it apart."""
    names, at, hub = spokes.of(group.accounts)
    everywhere = spokes.parties[names] / max(tables.parties, 1)
    member = np.ones(len(group.accounts), bool)
    for _ in range(_ROUNDS):
        shown = np.bincount(hub[member[at]], minlength=len(names))
        inside = (shown + _SMOOTH * everywhere) / (member.sum() + _SMOOTH)
        telling = (inside >= _SHARE) & (inside >= _OFTENER * everywhere)
        if not telling.any():
            return None
        yes, no = _log_odds(inside, everywhere)
        shows = telling[hub]
        told = np.bincount(at[shows], (yes - no)[hub[shows]], minlength=len(member))
        now = told + no[telling].sum() > 0
        if now.sum() < _FEWEST:
            return None
        if (now == member).all():
            break
        member = now
    if member.all():
        return None
    accounts = group.accounts[member]
    return Group(accounts=accounts, streams=own_streams(tables, accounts))


def _log_odds(inside: Floats, everywhere: Floats) -> tuple[Floats, Floats]:
    """By hub: tempered log2 odds of group against background for who shows it, and who does not."""
    p = np.clip(inside, 1e-4, 0.98)
    q = np.clip(everywhere, 1e-5, 0.9)
    return _TEMPER * np.log2(p / q), _TEMPER * np.log2((1 - p) / (1 - q))
