"""Exchanges that show the evidence: a few ids for each stream and account that a signal names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from stillwatch.rollup import Tables

__all__ = ["EXEMPLARS", "Examples"]

EXEMPLARS = 12
"""How many exchanges of a stream are looked at to show its text, at most one an account."""
_SHOWN = 5


class Examples:
    """Exchange ids by stream and by account position; fetched once for all that are named."""

    def __init__(
        self,
        tables: Tables,
        streams: Iterable[int],
        accounts: Iterable[int],
        members: Iterable[int],
    ) -> None:
        self._streams = _by_stream(tables, sorted(set(streams)), sorted(set(members)))
        self._accounts = _by_account(tables, sorted(set(accounts)))

    def exemplars(self, stream: int) -> list[tuple[str, str]]:
        """(exchange id, account id) of a stream, one an account."""
        return self._streams.get(stream, [])

    def shown(
        self,
        streams: Sequence[int],
        accounts: Sequence[int],
        *,
        members: frozenset[str],
        otherwise: Sequence[int] = (),
    ) -> list[str] | None:
        """Up to five exchange ids that show a signal, streams before accounts, in turn.

        Args:
            streams: That the signal names.
            accounts: That it names.
            members: Account ids; exchanges of others in these streams show nothing.
            otherwise: Streams to show where it names neither, because all of the work shows it.

        Returns:
            None where there is none to show.
        """
        named = streams if streams or accounts else otherwise
        lists = [[e for e, a in self.exemplars(s) if a in members] for s in named]
        lists += [self._accounts.get(a, []) for a in accounts]
        turns = [each[i] for i in range(_SHOWN) for each in lists if i < len(each)]
        return list(dict.fromkeys(turns))[:_SHOWN] or None


def _by_stream(
    tables: Tables, streams: Sequence[int], members: Sequence[int]
) -> dict[int, list[tuple[str, str]]]:
    """Members' exchanges alone: what others send in the same stream is not shown."""
    if not streams:
        return {}
    digests = tables.streams["stream"].take(pa.array(streams))
    tables.engine.attach("named_stream", pa.table({"stream": digests, "s": pa.array(streams)}))
    named = tables.accounts["account"].take(pa.array(members, pa.int64()))
    tables.engine.attach("named_account", pa.table({"account": named}))
    rows = tables.engine.fetch(
        f"""SELECT s, exchange_id, account_id FROM (
              SELECT s, exchange_id, account_id,
                     row_number() OVER (PARTITION BY s ORDER BY exchange) AS place
              FROM (SELECT n.s, r.exchange, r.exchange_id, r.account_id,
                           row_number() OVER (PARTITION BY n.s, r.account ORDER BY r.exchange)
                               AS own
                    FROM named_stream n JOIN exchange_stream x ON n.stream = x.stream
                    JOIN reading r ON x.exchange = r.exchange
                    SEMI JOIN named_account m ON r.account = m.account)
              WHERE own = 1)
            WHERE place <= {EXEMPLARS} ORDER BY s, place"""
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["s"], []).append((row["exchange_id"], row["account_id"]))
    return found


def _by_account(tables: Tables, accounts: Sequence[int]) -> dict[int, list[str]]:
    if not accounts:
        return {}
    digests = tables.accounts["account"].take(pa.array(accounts))
    tables.engine.attach("named_account", pa.table({"account": digests, "a": pa.array(accounts)}))
    rows = tables.engine.fetch(
        f"""SELECT a, exchange_id FROM (
              SELECT n.a, r.exchange_id,
                     row_number() OVER (PARTITION BY n.a ORDER BY r.exchange) AS place
              FROM named_account n JOIN reading r USING (account))
            WHERE place <= {_SHOWN} ORDER BY a, place"""
    )
    found: dict[int, list[str]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["a"], []).append(row["exchange_id"])
    return found
