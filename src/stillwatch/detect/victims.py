"""Whose key was stolen: accounts in which the group's work is a foreign body.

A member's decoys and its harvest come from the same clients and networks and began together. A
victim had a life of its own before, from places of its own, and the group's work then came out of
nowhere, from places where the account had never been: a change from its *own* baseline. Being one
is no guilt: victims are notified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.detect.units import UNITS, WORK, attach_units, attach_work
from stillwatch.rollup.tables import HOUR, Tables
from stillwatch.schema.results import Group

__all__ = ["victims"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_DAY = 24 * HOUR
_USE = "victim_use"
_OWN_EXCHANGES = 4  # of the account's own, and of the group's, before places can be compared
_BEFORE_DAYS = 2.0  # of own life in the logs before the group's work …
_AGED_DAYS = 21.0  # … or of life since sign-up, where the logs begin too late to show it
_HOME = 0.15  # two own exchanges come from one place this often: there is a home to be away from
_FOREIGN = 0.1  # of the group's exchanges at the most come from the account's own places
_JUMP = 0.5  # the group's daily rate over the account's own: a key is stolen to be used


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lives:
    """By unit and account: the account's own life beside the group's work in it."""

    unit: Index
    a: Index
    work: Floats
    own: Floats
    before: Floats
    work_first: Floats
    work_last: Floats
    own_first: Floats
    own_last: Floats


def victims(groups: Sequence[Group], tables: Tables) -> list[Flags]:
    """By group, which of its accounts were taken over rather than taking part.

    Args:
        groups: Groups with the streams that are mostly their own.
        tables: The run's rollups.

    Returns:
        For each group flags in the order of `Group.accounts`.
    """
    flags = [np.zeros(len(group.accounts), bool) for group in groups]
    if not groups or not any(len(group.streams) for group in groups):
        return flags
    _use(groups, tables)
    lives = _lives(tables)
    if not len(lives.a):
        return flags
    taken = _had_a_life(lives, tables) & _jumped(lives) & _from_elsewhere(lives, tables)
    for unit, a in zip(lives.unit[taken].tolist(), lives.a[taken].tolist(), strict=True):
        flags[unit][np.searchsorted(groups[unit].accounts, a)] = True
    tables.engine.drop(_USE)
    tables.engine.drop(WORK)
    return flags


def _use(groups: Sequence[Group], tables: Tables) -> None:
    """Make `_USE`: the accounts' exchanges, each marked as the group's work or their own."""
    attach_units(groups, tables, others=0)
    attach_work(groups, tables)
    tables.engine.create(
        _USE,
        f"""SELECT u.unit, u.a, epoch_us(r.started_at) AS us, w.exchange IS NOT NULL AS work,
                   coalesce(r.client_net, r.client_ip) AS place,
                   CASE WHEN r.user_agent IS NULL AND r.tls IS NULL THEN NULL
                        ELSE xor(coalesce(r.user_agent, 0), coalesce(r.tls, 0)) END AS client
            FROM reading r JOIN {UNITS} u USING (account)
            LEFT JOIN {WORK} w ON r.exchange = w.exchange AND u.unit = w.unit""",
    )


def _lives(tables: Tables) -> _Lives:
    rows = tables.engine.fetch(
        f"""SELECT unit, a, count(*) FILTER (WHERE work) AS work,
                   count(*) FILTER (WHERE NOT work) AS own,
                   count(*) FILTER (WHERE NOT work AND us < work_first) AS before,
                   min(work_first) AS work_first, max(us) FILTER (WHERE work) AS work_last,
                   min(us) FILTER (WHERE NOT work) AS own_first,
                   max(us) FILTER (WHERE NOT work) AS own_last
            FROM (SELECT *, min(CASE WHEN work THEN us END) OVER (PARTITION BY unit, a)
                            AS work_first
                  FROM {_USE})
            GROUP BY unit, a HAVING count(*) FILTER (WHERE work) >= {_OWN_EXCHANGES}
               AND count(*) FILTER (WHERE NOT work) >= {_OWN_EXCHANGES}
            ORDER BY unit, a"""
    )
    moments = {
        name: rows[name].to_numpy().astype(float)
        for name in ("work", "own", "before", "work_first", "work_last", "own_first", "own_last")
    }
    return _Lives(unit=rows["unit"].to_numpy(), a=rows["a"].to_numpy(), **moments)


def _had_a_life(lives: _Lives, tables: Tables) -> Flags:
    """Own traffic well before the group's, or an account that is older than the logs can show."""
    seen = (lives.before >= _OWN_EXCHANGES) & (
        lives.work_first - lives.own_first >= _BEFORE_DAYS * _DAY
    )
    created = tables.number("created_us")[lives.a]
    aged = np.nan_to_num(lives.work_first - created, nan=0.0) >= _AGED_DAYS * _DAY
    began_together = lives.own_first >= lives.work_first
    had: Flags = seen | (aged & ~began_together)
    return had


def _jumped(lives: _Lives) -> Flags:
    """The group's work is no trickle beside the account's own traffic, each while it lasted."""
    during = np.maximum((lives.work_last - lives.work_first) / _DAY, 1.0)
    lasted = np.maximum((lives.own_last - lives.own_first) / _DAY, 1.0)
    jumped: Flags = lives.work / during >= _JUMP * lives.own / lasted
    return jumped


def _from_elsewhere(lives: _Lives, tables: Tables) -> Flags:
    """The group's work comes from networks or clients that the account's own traffic never shows.

    Only where its own traffic has a home: who changes place with every request is nowhere new.
    """
    away = np.zeros(len(lives.a), bool)
    at_home = np.zeros(len(lives.a), bool)
    for column in ("place", "client"):
        home, common = _compared(lives, tables, column)
        away |= (home >= _HOME) & (common <= _FOREIGN)
        # a traveller takes the client along; a thief who shares the network is a colleague
        at_home |= (home >= _HOME) & (common > 1 - _FOREIGN) & (column == "place")
    moved: Flags = away & ~at_home
    return moved


def _compared(lives: _Lives, tables: Tables, column: str) -> tuple[Floats, Floats]:
    """How often two own exchanges agree on the column; how much of the work agrees with any."""
    rows = tables.engine.fetch(
        f"""SELECT unit, a, count(*) FILTER (WHERE work) AS work,
                   count(*) FILTER (WHERE NOT work) AS own
            FROM {_USE} WHERE {column} IS NOT NULL GROUP BY unit, a, {column}"""
    )
    wide = int(tables.accounts.num_rows)
    key = rows["unit"].to_numpy() * wide + rows["a"].to_numpy()
    wanted = lives.unit * wide + lives.a
    at = np.searchsorted(wanted, key)
    inside = (at < len(wanted)) & (wanted[np.minimum(at, len(wanted) - 1)] == key)
    at, size = at[inside], len(wanted)
    work = rows["work"].to_numpy()[inside].astype(float)
    own = rows["own"].to_numpy()[inside].astype(float)
    all_own = np.bincount(at, weights=own, minlength=size)
    pairs = np.bincount(at, weights=own * (own - 1), minlength=size)
    all_work = np.bincount(at, weights=work, minlength=size)
    shared = np.bincount(at, weights=work * (own > 0), minlength=size)
    home = pairs / np.maximum(all_own * (all_own - 1), 1)
    return home, np.where(all_work > 0, shared / np.maximum(all_work, 1), 1.0)
