"""When, and with what success, the parties of each group used the group's own work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group

__all__ = ["MINUTE", "SHORT_OF", "Moments", "Traffic", "everybody", "moments"]

Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MINUTE = 60_000_000
"""Microseconds in a minute."""
SHORT_OF = "http_status IN (403, 429, 503, 529)"
"""Refused for who asks or how much, not for what is asked."""
_MEMBER, _STREAM, _MOMENT = "moment_member", "moment_stream", "moment_of_work"
_PARTIES = 512  # of a group, the busiest
_BATCH = 2_000_000  # rows at a time, where one group does not have more


@dataclass(frozen=True, slots=True)
class Moments:
    """The group's exchanges in its own streams, each once, in order of time.

    Attributes:
        at: Microseconds.
        stream: Digest of the stream: the exchange's main one where the group has it.
        party: Position of the party.
        account: Position of the account.
        refused: Whether it was refused for who asks or how much.
        accepted: Whether it was answered, as far as is known.
        item: Digest of the very prompt; 0 unknown.
        tier: Rank of the tier at the time; -1 unknown.
    """

    at: Index
    stream: Index
    party: Index
    account: Index
    refused: Flags
    accepted: Flags
    item: Index
    tier: Index


@dataclass(frozen=True, slots=True)
class Traffic:
    """What all customers sent and were refused, by minute; minutes without traffic are absent.

    Attributes:
        minute: Minutes since 1970, ascending.
        exchanges: Exchanges.
        refused: Of them refused, as in `Moments`.
    """

    minute: Index
    exchanges: Index
    refused: Index


def everybody(tables: Tables) -> Traffic:
    """Everybody's minutes; as many rows as the logs have minutes."""
    return tables.once(_everybody)


def _everybody(tables: Tables) -> Traffic:
    rows = tables.engine.fetch(
        f"""SELECT epoch_us(started_at) // {MINUTE} AS minute, count(*) AS exchanges,
                   count(*) FILTER (WHERE {SHORT_OF}) AS refused
            FROM reading GROUP BY 1 ORDER BY 1"""
    )
    return Traffic(*(rows[n].to_numpy().astype(np.int64) for n in rows.column_names))


def moments(
    groups: Sequence[Group], tables: Tables, of: Sequence[int]
) -> Iterator[tuple[int, Moments]]:
    """Positions of some groups and their moments, a batch of groups in memory at a time.

    Args:
        groups: The groups.
        tables: The run's rollups.
        of: Which of them; of a group with very many parties, the busiest are looked at.
    """
    if not len(of):
        return
    _attach(groups, tables, of)
    try:
        size = tables.engine.fetch(
            f"SELECT unit, count(*) AS n FROM {_MOMENT} GROUP BY unit ORDER BY unit"
        )
        unit, n = size["unit"].to_numpy(), size["n"].to_numpy()
        batch = (np.cumsum(n) - 1) // _BATCH
        for number in np.unique(batch):
            those = unit[batch == number]
            yield from _fetched(tables, int(those[0]), int(those[-1]))
    finally:
        tables.engine.drop(_MOMENT)


def _attach(groups: Sequence[Group], tables: Tables, of: Sequence[int]) -> None:
    """Make the table of moments; accounts are joined before streams, as those may be in many."""
    digest, name = (tables.accounts["account"].to_numpy(), tables.streams["stream"].to_numpy())
    members = [_busiest(groups[i], tables) for i in of]
    columns = {
        "unit": np.repeat(np.asarray(of, np.int64), [len(m) for m in members]),
        "account": digest[np.concatenate(members)],
        "a": np.concatenate(members),
    }
    tables.engine.attach(_MEMBER, pa.table(columns))
    streams = [groups[i].streams for i in of]
    columns = {
        "unit": np.repeat(np.asarray(of, np.int64), [len(s) for s in streams]),
        "stream": name[np.concatenate(streams)].astype(np.int64),
    }
    tables.engine.attach(_STREAM, pa.table(columns))
    tables.engine.create(
        _MOMENT,
        f"""SELECT w.unit, w.stream, w.a, epoch_us(r.started_at) AS us, r.item,
                   CASE WHEN {SHORT_OF} THEN 1 WHEN http_status >= 400 THEN 2 ELSE 0 END AS status,
                   CASE r.tier WHEN 'free' THEN 0 WHEN 'paid' THEN 1 WHEN 'team' THEN 2
                               WHEN 'enterprise' THEN 3 ELSE -1 END AS tier
            FROM (SELECT m.unit, m.exchange, m.a,
                         coalesce(max(CASE WHEN m.main THEN m.stream END), max(m.stream)) AS stream
                  FROM (SELECT u.unit, u.a, x.exchange, x.stream, x.main
                        FROM exchange_stream x JOIN {_MEMBER} u ON x.account = u.account) m
                  SEMI JOIN {_STREAM} s ON m.stream = s.stream AND m.unit = s.unit
                  GROUP BY m.unit, m.exchange, m.a) w
            JOIN reading r ON w.exchange = r.exchange""",
    )
    tables.engine.drop(_MEMBER)
    tables.engine.drop(_STREAM)


def _busiest(group: Group, tables: Tables) -> Index:
    """The group's accounts, or those of its busiest parties where there are too many."""
    party, of = np.unique(tables.party[group.accounts], return_inverse=True)
    if len(party) <= _PARTIES:
        return group.accounts
    sent = np.bincount(of, tables.totals["exchanges"][group.accounts])
    most = np.argsort(-sent, kind="stable")[:_PARTIES]
    return group.accounts[np.isin(of, most)]


def _fetched(tables: Tables, low: int, high: int) -> Iterator[tuple[int, Moments]]:
    rows = tables.engine.fetch(
        f"""SELECT unit, us, stream, a, status, coalesce(item, 0) AS item, tier FROM {_MOMENT}
            WHERE unit >= {low} AND unit <= {high} ORDER BY unit, us, a, item"""
    )
    column = {n: rows[n].to_numpy().astype(np.int64) for n in rows.column_names}
    unit = column["unit"]
    starts = np.flatnonzero(np.diff(unit, prepend=-1))
    for start, stop in zip(starts, np.append(starts[1:], len(unit)), strict=True):
        own = {name: values[start:stop] for name, values in column.items()}
        yield (
            int(unit[start]),
            Moments(
                at=own["us"],
                stream=own["stream"],
                party=tables.party[own["a"]],
                account=own["a"],
                refused=own["status"] == 1,
                accepted=own["status"] == 0,
                item=own["item"],
                tier=own["tier"],
            ),
        )
