"""Accounts in which some work is a foreign body: a change from the account's *own* past.

A member's decoys and its harvest come from the same clients and networks and began together. An
account that was taken over had a life of its own before, from places of its own, and the work then
came out of nowhere, from places where the account had never been.

The work is either what a group was found by (`group_lives`), or whatever came late into a life from
a network and a client that were both new to it (`later_lives`): a question for everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.detect.picked import PICKED, pick
from stillwatch.detect.units import UNITS, WORK, attach_units, attach_work
from stillwatch.rollup.tables import HOUR, Tables
from stillwatch.schema.results import Group

__all__ = ["Lives", "Places", "group_lives", "later_lives"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_DAY = 24 * HOUR
_USE = "own_or_work"
_ENOUGH = 4  # exchanges of the account's own, and of the work, before places can be compared
_BEFORE = 2 * _DAY  # of own life in the logs before the work …
_AGED = 21 * _DAY  # … or of life since sign-up, where the logs begin too late to show it
_HOME = 0.15  # two own exchanges come from one place this often: there is a home to be away from
_FOREIGN = 0.1  # of the work at the most comes from the account's own places
_JUMP = 0.5  # the work's daily rate over the account's own: a key is stolen to be used
_MOMENTS = ("before", "work_first", "work_last", "own_first", "own_last")
_SHOWN = """u.a, epoch_us(r.started_at) AS us,
            coalesce(r.client_net, r.client_ip) AS place,
            CASE WHEN r.user_agent IS NULL AND r.tls IS NULL THEN NULL
                 ELSE xor(coalesce(r.user_agent, 0), coalesce(r.tls, 0)) END AS client"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where lives take place, in networks or in clients: one row a life and a value.

    Attributes:
        life: By row, the position of the life.
        value: By row, the network or client (its digest).
        work: By row, exchanges of the work.
        own: By row, exchanges of the account's own.
        home: By life, how often two own exchanges agree, 0…1.
        common: By life, how much of the work comes from where own exchanges do too, 0…1.
    """

    life: Index
    value: Index
    work: Floats
    own: Floats
    home: Floats
    common: Floats

    @property
    def away(self) -> Flags:
        """Lives with a home whose work comes from elsewhere.

        Who changes place with every request has no home, and is nowhere new.
        """
        moved: Flags = (self.home >= _HOME) & (self.common <= _FOREIGN)
        return moved

    @property
    def at_home(self) -> Flags:
        """Lives with a home whose work comes from their own places."""
        stayed: Flags = (self.home >= _HOME) & (self.common > 1 - _FOREIGN)
        return stayed


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """By unit and account, in that order: the account's own life beside the work in it.

    Attributes:
        unit: Position of the group, or of the unit.
        a: Position of the account.
        had_a_life: Own traffic well before the work, or an account that is older than the logs
            can show.
        work_first: When the work began, in microseconds since 1970.
        jumped: The work is no trickle beside the own traffic, each while it lasted.
        networks: Where both come from …
        clients: … and with which programs.
    """

    unit: Index
    a: Index
    work_first: Floats
    had_a_life: Flags
    jumped: Flags
    networks: Places
    clients: Places


def group_lives(groups: Sequence[Group], tables: Tables) -> Lives:
    """The groups' work in their accounts' lives; the unit is the position of the group.

    Args:
        groups: Groups with the streams that are mostly their own.
        tables: The run's rollups.
    """
    attach_units(groups, tables, others=0)
    attach_work(groups, tables)
    tables.engine.create(
        _USE,
        f"""SELECT u.unit, {_SHOWN}, w.exchange IS NOT NULL AS work
            FROM reading r JOIN {UNITS} u USING (account)
            LEFT JOIN {WORK} w ON r.exchange = w.exchange AND u.unit = w.unit""",
    )
    tables.engine.drop(WORK)
    return _read(tables)


def later_lives(groups: Sequence[Group], tables: Tables) -> Lives:
    """What these accounts did late in their lives from a new network with a new client; unit 0.

    Args:
        groups: Accounts to look at, in any number of groups.
        tables: The run's rollups.
    """
    pick(groups, tables)
    tables.engine.create(
        _USE,
        f"""SELECT CAST(0 AS BIGINT) AS unit, a, us, place, client,
                   {_late("place")}
                       AND (client IS NULL OR {_late("client")}) AS work
            FROM (SELECT s.*, k.created_us, min(us) OVER (PARTITION BY s.a) AS began,
                         min(us) OVER (PARTITION BY s.a, s.place) AS place_us,
                         min(us) OVER (PARTITION BY s.a, s.client) AS client_us
                  FROM (SELECT r.account, {_SHOWN}
                        FROM reading r JOIN {PICKED} u USING (account)) s
                  JOIN account k ON s.account = k.account)""",
    )
    return _read(tables)


def _late(column: str) -> str:
    """Condition: the account first showed the column's value late in its life."""
    came = f"{column}_us"
    return f"""({column} IS NOT NULL AND ({came} - began >= {_BEFORE}
                OR ({came} > began AND coalesce({came} - created_us >= {_AGED}, FALSE))))"""


def _read(tables: Tables) -> Lives:
    """Lives with enough of either out of `_USE`, which is dropped."""
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
            GROUP BY unit, a HAVING count(*) FILTER (WHERE work) >= {_ENOUGH}
               AND count(*) FILTER (WHERE NOT work) >= {_ENOUGH}
            ORDER BY unit, a"""
    )
    unit, a = rows["unit"].to_numpy(), rows["a"].to_numpy()
    work, own = (rows[n].to_numpy().astype(float) for n in ("work", "own"))
    before, work_first, work_last, own_first, own_last = (
        rows[n].to_numpy().astype(float) for n in _MOMENTS
    )
    seen = (before >= _ENOUGH) & (work_first - own_first >= _BEFORE)
    age = np.nan_to_num(work_first - tables.number("created_us")[a], nan=0.0)
    during = np.maximum((work_last - work_first) / _DAY, 1.0)
    lasted = np.maximum((own_last - own_first) / _DAY, 1.0)
    lives = Lives(
        unit=unit,
        a=a,
        work_first=work_first,
        had_a_life=seen | ((age >= _AGED) & (own_first < work_first)),
        jumped=work / during >= _JUMP * own / lasted,
        networks=_places(unit, a, tables, "place"),
        clients=_places(unit, a, tables, "client"),
    )
    tables.engine.drop(_USE)
    return lives


def _places(unit: Index, a: Index, tables: Tables, column: str) -> Places:
    """Networks or clients of the lives of these units and accounts."""
    rows = tables.engine.fetch(
        f"""SELECT unit, a, {column} AS value, count(*) FILTER (WHERE work) AS work,
                   count(*) FILTER (WHERE NOT work) AS own
            FROM {_USE} WHERE {column} IS NOT NULL GROUP BY unit, a, {column}"""
    )
    wide, size = int(tables.accounts.num_rows), len(a)
    key = rows["unit"].to_numpy() * wide + rows["a"].to_numpy()
    wanted = unit * wide + a
    at = np.searchsorted(wanted, key)
    inside = at < size
    inside[inside] = wanted[at[inside]] == key[inside]
    at = at[inside]
    work = rows["work"].to_numpy()[inside].astype(float)
    own = rows["own"].to_numpy()[inside].astype(float)
    all_own, all_work = np.bincount(at, own, size), np.bincount(at, work, size)
    agree = np.bincount(at, own * (own - 1), size)
    shared = np.bincount(at, work * (own > 0), size)
    return Places(
        life=at,
        value=rows["value"].to_numpy()[inside],
        work=work,
        own=own,
        home=agree / np.maximum(all_own * (all_own - 1), 1),
        common=np.where(all_work > 0, shared / np.maximum(all_work, 1), 1.0),
    )
