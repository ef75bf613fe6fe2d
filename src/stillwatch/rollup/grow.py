"""Rollups that take more readings: what was summed stays, and only what they touch is summed anew.

A whole fold costs its window; this costs what came and what that moves. Sums, minima and sets grow
by adding. Streams do not quite: a key that becomes shared brings its older exchanges with it, keys
that turn out to be one text rename their stream, and a stream that overtakes another in size may
become the main one of exchanges that both have. The exchanges of such keys and streams are placed
anew, and the sums of the pairs of stream and account that lost one are made from their exchanges
again. The outcome is a whole fold's, row for row; nothing can be taken away, so what has left the
window costs a whole fold.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from stillwatch.engine import DuckDB
from stillwatch.rollup.accounts import accounts
from stillwatch.rollup.activity import SUMS as ACTIVITY
from stillwatch.rollup.activity import activity
from stillwatch.rollup.attributes import shared_values, shown_values
from stillwatch.rollup.clean import HOUR_OF
from stillwatch.rollup.grow_streams import begin_streams, grow_streams
from stillwatch.rollup.present import present

__all__ = ["begin", "grow"]

_SEEN = """SELECT account, min(account_id) AS account_id, min(organization) AS organization,
                  min(tier) AS tier FROM {source} GROUP BY account"""
_ACCOUNTS = """SELECT s.account, s.account_id, s.organization, t.exchanges, t.first_us, t.last_us,
                      t.active_hours, s.tier
               FROM seen_account s JOIN (
                   SELECT account, CAST(sum(exchanges) AS BIGINT) AS exchanges,
                          min(first_us) AS first_us, max(last_us) AS last_us,
                          count(*) AS active_hours FROM activity GROUP BY account) t
               ON s.account = t.account"""


def begin(engine: DuckDB) -> None:
    """Keep beside the tables of a whole fold, made with `keep`, what is needed to add to them."""
    engine.create("seen_account", _SEEN.format(source="reading"))
    begin_streams(engine)


def grow(
    engine: DuckDB,
    fresh: pa.Table,
    *,
    facts: pa.Table | None,
    releases: pa.Table | None,
    minimum_exchanges: int,
    minimum_parties: int,
) -> bool:
    """Add readings to the tables of an earlier fold.

    Args:
        engine: Holds those tables; its view `reading` shows the new readings already.
        fresh: The new readings, schema READING; none was there before.
        facts: Table of schema ACCOUNT as it is now, redacted, or None.
        releases: Table of schema MODEL_RELEASE, or None.
        minimum_exchanges: As in the earlier fold.
        minimum_parties: As in the earlier fold.

    Returns:
        Whether they could be added. Where an account has become another party's, every sum by
        party is void, the tables are of no use any more, and the fold must be made anew.
    """
    engine.attach("fresh_reading", fresh)
    engine.view("fresh", f"SELECT *, {HOUR_OF} AS hour FROM fresh_reading")
    engine.create("seen_before", "SELECT account, party FROM account")
    _merge(engine, "seen_account", _SEEN.format(source="fresh"), ("account",), _IDENTITY)
    activity(engine, source="fresh", name="fresh_activity")
    sums = {name: f"CAST(sum({name}) AS BIGINT)" for name in ACTIVITY}
    _merge(engine, "activity", "SELECT * FROM fresh_activity", ("account", "hour"),
           {"first_us": "min(first_us)", "last_us": "max(last_us)", **sums})  # fmt: skip
    accounts(engine, facts, seen=_ACCOUNTS)
    moved = engine.fetch(
        """SELECT count(*) AS n FROM account a JOIN seen_before b ON a.account = b.account
           WHERE a.party <> b.party"""
    )
    if moved["n"][0].as_py():
        return False
    grow_streams(engine, minimum_exchanges=minimum_exchanges, minimum_parties=minimum_parties)
    _merge(engine, "shown_value", shown_values("fresh"), ("kind", "value", "account"), _SHOWN)
    shared_values(engine)
    before = engine.fetch("SELECT name FROM present WHERE name NOT LIKE 'account.%'")
    present(engine, releases, source="fresh")
    now = engine.fetch("SELECT name FROM present")
    names = sorted({*before["name"].to_pylist(), *now["name"].to_pylist()})
    engine.attach("present", pa.table({"name": pa.array(names, pa.string())}))
    return True


_IDENTITY = {name: f"min({name})" for name in ("account_id", "organization", "tier")}
_SHOWN = {"exchanges": "CAST(sum(exchanges) AS BIGINT)", "first_us": "min(first_us)"}


def _merge(
    engine: DuckDB, name: str, query: str, keys: Sequence[str], sums: dict[str, str]
) -> None:
    """Add the rows of a query to a table of sums, where both have a row into one."""
    engine.create("coming", query)
    by = ", ".join(keys)
    columns = ", ".join([*keys, *sums])
    engine.create(
        "merged",
        f"""SELECT {by}, {", ".join(f"{made} AS {n}" for n, made in sums.items())}
            FROM (SELECT {columns} FROM {name} SEMI JOIN coming USING ({by})
                  UNION ALL SELECT {columns} FROM coming) GROUP BY {by}""",
    )
    engine.delete(name, "coming", keys)
    engine.insert(name, "SELECT * FROM merged")
    engine.drop("coming")
    engine.drop("merged")
