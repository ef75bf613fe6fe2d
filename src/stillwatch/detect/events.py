"""Was a group brought together by an event, or by a worksheet: a class, a hackathon, a launch?

An event signs people up within two days and is over soon; those it brought are alike in age, days
and volume without having anything to do with one another.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stillwatch.detect.nulls.sharers import by_party
from stillwatch.detect.streams import compare_parties
from stillwatch.rollup.tables import HOUR, Tables
from stillwatch.schema.results import Group

__all__ = ["brought", "exercises", "passing", "worksheet"]

Floats = npt.NDArray[np.float64]

_SIGN_UP = 48 * HOUR
_OVER = 7 * 24 * HOUR  # after signing up, those whom a short event brought are seen no more
_CROSSED = 0.2  # of the texts repeat across parties: a worksheet, or a public test
_SHEET = 25.0  # exchanges after which a worksheet ends: quotas of hundreds are none
_PART = 0.2  # of a group signs up at once, before it is an event that brought them


def brought(group: Group, tables: Tables) -> float:
    """Share of the accounts, 0…1, that signed up at events, each of which brought a good part."""
    created = tables.number("created_us")[group.accounts]
    known = ~np.isnan(created)
    left, number, inside = np.sort(created[known]), int(known.sum()), 0
    while len(left):
        until = np.searchsorted(left, left + _SIGN_UP, side="right")
        size = until - np.arange(len(left))
        first = int(np.argmax(size))
        if size[first] < _PART * number:
            break
        inside += int(size[first])
        left = np.delete(left, np.arange(first, until[first]))
    return inside / max(number, 1)


def passing(group: Group, tables: Tables) -> float:
    """Share of the accounts that events brought, times the share that soon were gone, 0…1."""
    stayed: Floats = tables.number("last_us") - tables.number("created_us")
    soon = stayed[group.accounts]
    known = ~np.isnan(soon)
    gone = float((soon[known] <= _OVER).mean()) if known.any() else 0.0
    return brought(group, tables) * gone


def worksheet(group: Group, tables: Tables) -> float:
    """How well one set of exercises, or of public test items, explains when parties work, 0…1."""
    own = group.streams
    sent = tables.streams["exchanges"].to_numpy()[own]
    crossed = float((compare_parties(tables).crossed[own] * sent).sum() / max(sent.sum(), 1))
    return min(1.0, crossed / _CROSSED)


def exercises(group: Group, tables: Tables) -> float:
    """How well one sheet of exercises explains that parties do as much, 0…1."""
    volume = by_party(tables, tables.totals["exchanges"])
    typical = float(np.median(volume[np.unique(tables.party[group.accounts])]))
    return worksheet(group, tables) * min(1.0, _SHEET / max(typical, 1.0))
