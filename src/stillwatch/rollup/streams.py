"""Streams: exchanges of several parties that say the same thing in part, found without a list.

A prompt leaves a handful of keys (its system text, its first and last words, its smallest shingle
digests). A key that more than one party uses is *shared*; shared keys that stand in the same
exchanges belong to one text and form one *stream*. Whether two keys do is decided by min-wise
sampling of the exchanges they stand in (Broder 1997): `min(exchange XOR seed)` is a uniform draw
from a set of digests, it is additive, and two sets agree on it as often as their Jaccard index.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.engine import Engine
from stillwatch.schema import ANCHORS, DIMENSIONS

__all__ = ["KEYS", "streams"]

KEYS = ("system", "system_anchor", "head", "tail", *(f"anchor_{i}" for i in range(ANCHORS)))
_DRAWS = 8
_AGREE = 3  # of 8 draws: 85 % of pairs with Jaccard .5 are joined, 0.6 % of those with .05
# The draws must be far apart: seeds that differ in their top three bits look at different octants.
_SEEDS = tuple(
    int(np.int64(np.uint64(((i << 61) | 0x1D8E_4E27_C47D_124F) & (2**64 - 1)).astype(np.int64)))
    for i in range(_DRAWS)
)


def streams(engine: Engine, *, minimum_exchanges: int, minimum_parties: int) -> None:
    """Make `stream`, `exchange_stream`, `stream_account` and `stream_item`.

    `stream`: stream, kinds (bit set over KEYS), keys, exchanges, parties, accounts, items,
    repeats across parties, and the sums for comparing parties (see `detect.detectors.work_queue`).
    """
    used = " UNION ALL ".join(
        f"SELECT exchange, account, {key} AS key, {1 << i} AS kind FROM reading"
        f" WHERE {key} IS NOT NULL"
        for i, key in enumerate(KEYS)
    )
    engine.view("key_use", f"SELECT u.*, a.party FROM ({used}) u JOIN account a USING (account)")
    engine.create(
        "shared_key",
        f"""SELECT key FROM key_use GROUP BY key
            HAVING count(*) >= {minimum_exchanges} AND min(party) <> max(party)""",
    )
    engine.create("shared_use", "SELECT u.* FROM key_use u SEMI JOIN shared_key s ON u.key = s.key")
    draws = ", ".join(f"min(xor(exchange, {seed})) AS d{i}" for i, seed in enumerate(_SEEDS))
    keys = engine.fetch(
        f"""SELECT key, bit_or(kind) AS kinds, count(*) AS exchanges, {draws}
            FROM shared_use GROUP BY key HAVING count(DISTINCT party) >= {minimum_parties}
            ORDER BY key"""
    )
    engine.attach("key_stream", _join_keys(keys))
    engine.create(
        "exchange_stream",
        """SELECT u.exchange, k.stream, any_value(u.account) AS account
           FROM shared_use u JOIN key_stream k USING (key) GROUP BY u.exchange, k.stream""",
    )
    engine.drop("shared_use")
    _by_account(engine, minimum_exchanges, minimum_parties)


def _join_keys(keys: pa.Table) -> pa.Table:
    """Keys that agree on enough draws become one stream, named by its least key."""
    count = keys.num_rows
    pairs: list[npt.NDArray[np.int64]] = []
    for i in range(_DRAWS):
        drawn = keys[f"d{i}"].to_numpy()
        order = np.argsort(drawn, kind="stable")
        ordered = drawn[order]
        for step in range(1, len(KEYS)):
            same = np.flatnonzero(ordered[step:] == ordered[:-step])
            a, b = order[same], order[same + step]
            pairs.append(np.stack([np.minimum(a, b), np.maximum(a, b)], axis=1))
    joined = np.concatenate(pairs) if pairs else np.empty((0, 2), dtype=np.int64)
    pair, times = np.unique(joined, axis=0, return_counts=True)
    close = pair[times >= _AGREE]
    graph = coo_array((np.ones(len(close)), (close[:, 0], close[:, 1])), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    key = keys["key"].to_numpy()
    least = np.full(label.max() + 1 if count else 0, np.iinfo(np.int64).max)
    np.minimum.at(least, label, key)
    return pa.table(
        {"key": key, "stream": pa.array(least[label], pa.int64()), "kinds": keys["kinds"]}
    )


def _by_account(engine: Engine, minimum_exchanges: int, minimum_parties: int) -> None:
    sums = ", ".join(f"CAST(sum(e{i:02d}) AS BIGINT) AS s{i:02d}" for i in range(DIMENSIONS))
    engine.create(
        "stream_account",
        f"""SELECT x.stream, r.account, any_value(a.party) AS party, count(*) AS exchanges,
                   count(e_square) AS placed, CAST(coalesce(sum(e_square), 0) AS BIGINT) AS square,
                   min(epoch_us(r.started_at)) AS first_us, max(epoch_us(r.started_at)) AS last_us,
                   CAST(coalesce(sum(r.output_tokens), 0) AS BIGINT) AS output_tokens, {sums}
            FROM exchange_stream x JOIN reading r USING (exchange)
            JOIN account a ON r.account = a.account
            GROUP BY x.stream, r.account""",
    )
    engine.create(
        "stream_item",
        """SELECT x.stream, r.item, count(*) AS exchanges, min(a.party) <> max(a.party) AS crossed
           FROM exchange_stream x JOIN reading r USING (exchange)
            JOIN account a ON r.account = a.account
           WHERE r.item IS NOT NULL GROUP BY x.stream, r.item""",
    )
    squares = " + ".join(
        f"CAST(sum(p.s{i:02d}) AS HUGEINT) * sum(p.s{i:02d})" for i in range(DIMENSIONS)
    )
    engine.create(
        "stream_party",
        f"""SELECT p.stream, p.party, sum(p.exchanges) AS exchanges, sum(p.placed) AS placed,
                   sum(p.square) AS square, count(*) AS accounts,
                   CAST(({squares}) // greatest(sum(p.placed), 1) AS BIGINT) AS between_square,
                   {", ".join(f"sum(p.s{i:02d}) AS s{i:02d}" for i in range(DIMENSIONS))}
            FROM stream_account p GROUP BY p.stream, p.party""",
    )
    engine.create(
        "stream",
        f"""SELECT p.stream, k.kinds, k.keys, CAST(sum(p.exchanges) AS BIGINT) AS exchanges,
                   count(*) AS parties, CAST(sum(p.accounts) AS BIGINT) AS accounts,
                   CAST(sum(p.placed) AS BIGINT) AS placed,
                   CAST(sum(p.placed * p.placed) AS DOUBLE) AS placed_square,
                   count(*) FILTER (WHERE p.placed > 0) AS placed_parties,
                   CAST(sum(p.square) AS BIGINT) AS square,
                   CAST(sum(p.between_square) AS BIGINT) AS between_square,
                   CAST(({squares}) // greatest(sum(p.placed), 1) AS BIGINT) AS total_square,
                   any_value(i.items) AS items, any_value(i.crossed) AS crossed,
                   any_value(i.item_exchanges) AS item_exchanges
            FROM stream_party p
            JOIN (SELECT stream, bit_or(kinds) AS kinds, count(*) AS keys
                  FROM key_stream GROUP BY stream) k USING (stream)
            LEFT JOIN (SELECT stream, count(*) AS items,
                              CAST(sum(exchanges) AS BIGINT) AS item_exchanges,
                              CAST(coalesce(sum(exchanges) FILTER (WHERE crossed), 0) AS BIGINT)
                                  AS crossed
                       FROM stream_item GROUP BY stream) i USING (stream)
            GROUP BY p.stream, k.kinds, k.keys
            HAVING sum(p.exchanges) >= {minimum_exchanges} AND count(*) >= {minimum_parties}""",
    )
    engine.drop("stream_item")
