"""Streams that take more readings; see `rollup.grow`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.engine import DuckDB
from stillwatch.rollup.joined_keys import DRAWS
from stillwatch.rollup.streams import (
    SUMS,
    account_sums,
    drawn,
    exchange_streams,
    item_sums,
    join_draws,
    shared,
    summed,
    used_streams,
    uses,
)

__all__ = ["begin_streams", "grow_streams"]

Index = npt.NDArray[np.int64]

_PAIR = ("stream", "account")
_ITEM = ("stream", "item")
_LEAST = [f"min(d{i}) AS d{i}" for i in range(DRAWS)]


def begin_streams(engine: DuckDB) -> None:
    """Keep by shared key its draws and its parties."""
    engine.create("key_sums", drawn("shared_use"))
    engine.create("key_party", "SELECT DISTINCT key, party FROM shared_use")


def grow_streams(engine: DuckDB, *, minimum_exchanges: int, minimum_parties: int) -> None:
    """Add the readings in `fresh`; needs `account` as it is with them."""
    _share(engine, minimum_exchanges)
    before = engine.fetch("SELECT key, stream FROM key_stream ORDER BY key")
    engine.create(
        "key_draws",
        f"""SELECT k.* FROM key_sums k
            SEMI JOIN (SELECT key FROM key_party GROUP BY key
                       HAVING count(*) >= {minimum_parties}) p ON k.key = p.key""",
    )
    join_draws(engine)
    now = engine.fetch("SELECT key, stream FROM key_stream ORDER BY key")
    engine.attach("key_moved", pa.table({"key": _renamed(before, now)}))
    _place(engine)
    _sum_pairs(engine)
    _sum_items(engine)
    summed(engine, minimum_exchanges=minimum_exchanges, minimum_parties=minimum_parties)


def _share(engine: DuckDB, minimum_exchanges: int) -> None:
    """Find the keys that are shared now, and add all their uses that were not there."""
    engine.create(
        "fresh_use",
        f"SELECT u.*, a.party FROM ({uses('fresh')}) u JOIN account a USING (account)",
    )
    engine.create(
        "key_alone",
        "SELECT DISTINCT f.key FROM fresh_use f ANTI JOIN shared_key s ON f.key = s.key",
    )
    engine.create("use_alone", "SELECT u.* FROM key_use u SEMI JOIN key_alone k ON u.key = k.key")
    engine.create("key_coming", shared("use_alone", minimum_exchanges))
    engine.create(
        "use_coming",
        """SELECT f.* FROM fresh_use f SEMI JOIN shared_key s ON f.key = s.key
           UNION ALL SELECT u.* FROM use_alone u SEMI JOIN key_coming k ON u.key = k.key""",
    )
    engine.insert("shared_key", "SELECT key FROM key_coming")
    engine.insert("shared_use", "SELECT * FROM use_coming")
    engine.insert(
        "key_party",
        "SELECT DISTINCT key, party FROM use_coming ANTI JOIN key_party USING (key, party)",
    )
    engine.create("drawn_coming", drawn("use_coming"))
    engine.create(
        "drawn_merged",
        f"""SELECT key, bit_or(kinds) AS kinds, CAST(sum(exchanges) AS BIGINT) AS exchanges,
                   {", ".join(_LEAST)}
            FROM (SELECT * FROM key_sums SEMI JOIN drawn_coming USING (key)
                  UNION ALL SELECT * FROM drawn_coming) GROUP BY key""",
    )
    engine.delete("key_sums", "drawn_merged", ("key",))
    engine.insert("key_sums", "SELECT * FROM drawn_merged")


def _renamed(before: pa.Table, now: pa.Table) -> Index:
    """Keys whose stream is another than before, or that had none; both tables by key."""
    known: Index = before["key"].to_numpy()
    key: Index = now["key"].to_numpy()
    if not len(known):
        return key
    at = np.minimum(np.searchsorted(known, key), len(known) - 1)
    same: npt.NDArray[np.bool_] = (known[at] == key) & (
        before["stream"].to_numpy()[at] == now["stream"].to_numpy()
    )
    return key[~same]


def _place(engine: DuckDB) -> None:
    """Bring `exchange_stream` up to date; `row_gone` and `row_new` say what changed.

    Placed anew are the exchanges that are new, those with a key whose stream is another now, and
    those in which another stream has become the highest in rank.
    """
    engine.create(
        "touched",
        """SELECT DISTINCT exchange FROM (
               SELECT exchange FROM use_coming
               UNION ALL SELECT u.exchange FROM shared_use u SEMI JOIN key_moved k ON u.key = k.key
               UNION ALL SELECT x.exchange FROM exchange_stream x
                         JOIN (SELECT stream, any_value(rank) AS rank FROM key_stream
                               GROUP BY stream) k ON x.stream = k.stream
                         GROUP BY x.exchange
                         HAVING max(k.rank) <> max(k.rank) FILTER (WHERE x.main))""",
    )
    engine.create(
        "row_before",
        "SELECT x.* FROM exchange_stream x SEMI JOIN touched t ON x.exchange = t.exchange",
    )
    engine.create(
        "use_touched",
        "SELECT u.* FROM shared_use u SEMI JOIN touched t ON u.exchange = t.exchange",
    )
    engine.create("used_touched", used_streams("use_touched"))
    engine.create("row_after", exchange_streams("used_touched"))
    engine.create("row_gone", "SELECT * FROM row_before EXCEPT SELECT * FROM row_after")
    engine.create("row_new", "SELECT * FROM row_after EXCEPT SELECT * FROM row_before")
    engine.delete("exchange_stream", "row_gone", ("exchange", "stream"))
    engine.insert("exchange_stream", "SELECT * FROM row_new")


def _sum_pairs(engine: DuckDB) -> None:
    """Bring `stream_account` up to date: pairs that lost a row anew, others by what they gained."""
    engine.create("pair_anew", "SELECT DISTINCT stream, account FROM row_gone")
    engine.create(
        "row_summed",
        """SELECT x.* FROM exchange_stream x SEMI JOIN pair_anew USING (stream, account)
           UNION ALL SELECT n.* FROM row_new n ANTI JOIN pair_anew USING (stream, account)""",
    )
    engine.create("pair_coming", account_sums("row_summed"))
    engine.delete("stream_account", "pair_anew", _PAIR)
    columns = ", ".join(SUMS)
    merged = {name: f"sum({name})" for name in SUMS}
    merged |= {"first_us": "min(first_us)", "last_us": "max(last_us)"}
    engine.create(
        "pair_merged",
        f"""SELECT t.stream, t.account, a.party, {", ".join(f"t.{n}" for n in SUMS)}
            FROM (SELECT stream, account, {", ".join(f"{m} AS {n}" for n, m in merged.items())}
                  FROM (SELECT stream, account, {columns} FROM stream_account
                        SEMI JOIN pair_coming USING (stream, account)
                        UNION ALL SELECT stream, account, {columns} FROM pair_coming)
                  GROUP BY stream, account) t
            JOIN account a ON t.account = a.account""",
    )
    engine.delete("stream_account", "pair_merged", _PAIR)
    engine.insert("stream_account", "SELECT * FROM pair_merged")


def _sum_items(engine: DuckDB) -> None:
    """Bring `stream_item` up to date in the same way."""
    engine.create(
        "item_anew",
        """SELECT DISTINCT g.stream, r.item FROM row_gone g
           JOIN reading r ON g.exchange = r.exchange WHERE r.item IS NOT NULL""",
    )
    engine.create(
        "row_item",
        """SELECT x.* FROM (SELECT y.* FROM exchange_stream y
                            SEMI JOIN (SELECT DISTINCT stream FROM item_anew) s
                            ON y.stream = s.stream) x
           JOIN reading r ON x.exchange = r.exchange
           SEMI JOIN item_anew i ON x.stream = i.stream AND r.item = i.item
           UNION ALL
           SELECT n.* FROM row_new n JOIN reading r ON n.exchange = r.exchange
           ANTI JOIN item_anew i ON n.stream = i.stream AND r.item = i.item""",
    )
    engine.create("item_coming", item_sums("row_item"))
    engine.delete("stream_item", "item_anew", _ITEM)
    engine.create(
        "item_merged",
        """SELECT stream, item, CAST(sum(exchanges) AS BIGINT) AS exchanges, min(low) AS low,
                  max(high) AS high
           FROM (SELECT * FROM stream_item SEMI JOIN item_coming USING (stream, item)
                 UNION ALL SELECT * FROM item_coming) GROUP BY stream, item""",
    )
    engine.delete("stream_item", "item_merged", _ITEM)
    engine.insert("stream_item", "SELECT * FROM item_merged")
