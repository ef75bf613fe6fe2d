"""Whose key was stolen: accounts in which the group's work is a foreign body.

A victim had a life of its own before, and the group's work then came out of nowhere, from places
where the account had never been: see `detect.taken_over`. Being one is no guilt: victims are
notified.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stillwatch.detect.taken_over import group_lives
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group

__all__ = ["victims"]

Flags = npt.NDArray[np.bool_]


def victims(groups: Sequence[Group], tables: Tables) -> list[Flags]:
    """By group, which of its accounts were taken over rather than taking part.

    Args:
        groups: Groups with the streams that are mostly their own.
        tables: The run's rollups.

    Returns:
        For each group flags in the order of `Group.accounts`.
    """
    flags = [np.zeros(len(group.accounts), bool) for group in groups]
    if not any(len(group.streams) for group in groups):
        return flags
    lives = group_lives(groups, tables)
    # a traveller takes the client along; a thief who shares the network is a colleague
    elsewhere = (lives.networks.away | lives.clients.away) & ~lives.networks.at_home
    taken = lives.had_a_life & lives.jumped & elsewhere
    for unit, a in zip(lives.unit[taken].tolist(), lives.a[taken].tolist(), strict=True):
        flags[unit][np.searchsorted(groups[unit].accounts, a)] = True
    return flags
