"""Streams: exchanges of several parties that say the same thing in part, found without a list.

A prompt leaves a handful of keys (its system text, its first and last words, its smallest shingle
digests). A key that more than one party uses is *shared*; shared keys that stand in the same
exchanges belong to one text and form one *stream*. Whether two keys do is decided by min-wise
sampling of the exchanges they stand in (Broder 1997): `min(exchange XOR seed)` is a uniform draw
from a set of digests, it is additive, and two sets agree on it as often as their Jaccard index.
"""

from __future__ import annotations

import numpy as np

from stillwatch.engine import Engine
from stillwatch.rollup.joined_keys import DRAWS, join_keys
from stillwatch.schema import ANCHORS, DIMENSIONS

__all__ = ["KEYS", "SYSTEM", "streams"]

KEYS = ("system", "system_anchor", "head", "tail", *(f"anchor_{i}" for i in range(ANCHORS)))
SYSTEM = sum(1 << i for i, key in enumerate(KEYS) if key.startswith("system"))
"""Bits of the kinds that stand for a system text."""
# The draws must be far apart: seeds that differ in their top three bits look at different octants.
_SEEDS = tuple(
    int(np.int64(np.uint64(((i << 61) | 0x1D8E_4E27_C47D_124F) & (2**64 - 1)).astype(np.int64)))
    for i in range(DRAWS)
)


def streams(engine: Engine, *, minimum_exchanges: int, minimum_parties: int) -> None:
    """Make `stream`, `exchange_stream`, `stream_account` and `stream_item`.

    `stream`: stream, kinds (bit set over KEYS), keys, exchanges, parties, accounts, items, and
    repeats across parties. `stream_account` holds the sums for comparing parties: of subjects, of
    the clock and of time, over exchanges whose main stream it is (see `detect.shares`).
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
    engine.create(
        "key_draws",
        f"""SELECT key, bit_or(kind) AS kinds, count(*) AS exchanges, {draws}
            FROM shared_use GROUP BY key HAVING count(DISTINCT party) >= {minimum_parties}""",
    )
    join_keys(engine, drawn="key_draws", name="key_stream", system=SYSTEM, kinds=len(KEYS))
    engine.drop("key_draws")
    engine.create(
        "used_stream",
        """SELECT u.exchange, k.stream, any_value(u.account) AS account, any_value(k.rank) AS rank
           FROM shared_use u JOIN key_stream k USING (key) GROUP BY u.exchange, k.stream""",
    )
    engine.drop("shared_use")
    # texts overlap; where parties are compared each exchange counts once, in its main stream
    engine.create(
        "exchange_stream",
        """SELECT u.exchange, u.stream, u.account, u.rank = m.rank AS main
           FROM used_stream u
           JOIN (SELECT exchange, max(rank) AS rank FROM used_stream GROUP BY exchange) m
           ON u.exchange = m.exchange""",
    )
    engine.drop("used_stream")
    _by_account(engine, minimum_exchanges, minimum_parties)


def _by_account(engine: Engine, minimum_exchanges: int, minimum_parties: int) -> None:
    placed = "x.main AND r.e_square IS NOT NULL"
    sums = [f"sum(r.e{i:02d}) FILTER (WHERE {placed}) AS s{i:02d}" for i in range(DIMENSIONS)]
    sums += [f"sum({value}) FILTER (WHERE x.main) AS {name}" for name, value in _WHEN.items()]
    engine.create(
        "stream_account",
        f"""SELECT x.stream, r.account, any_value(a.party) AS party, count(*) AS exchanges,
                   min(epoch_us(r.started_at)) AS first_us, max(epoch_us(r.started_at)) AS last_us,
                   CAST(coalesce(sum(r.output_tokens), 0) AS BIGINT) AS output_tokens,
                   count(*) FILTER (WHERE x.main) AS timed,
                   count(*) FILTER (WHERE {placed}) AS placed,
                   sum(r.e_square) FILTER (WHERE {placed}) AS square,
                   {", ".join(sums)}
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
    engine.create(
        "stream",
        f"""SELECT p.stream, k.kinds, k.keys, CAST(sum(p.exchanges) AS BIGINT) AS exchanges,
                   count(DISTINCT p.party) AS parties, count(*) AS accounts,
                   any_value(i.items) AS items, any_value(i.crossed) AS crossed,
                   any_value(i.item_exchanges) AS item_exchanges
            FROM stream_account p
            JOIN (SELECT stream, bit_or(kinds) AS kinds, count(*) AS keys
                  FROM key_stream GROUP BY stream) k USING (stream)
            LEFT JOIN (SELECT stream, count(*) AS items,
                              CAST(sum(exchanges) AS BIGINT) AS item_exchanges,
                              CAST(coalesce(sum(exchanges) FILTER (WHERE crossed), 0) AS BIGINT)
                                  AS crossed
                       FROM stream_item GROUP BY stream) i USING (stream)
            GROUP BY p.stream, k.kinds, k.keys
            HAVING sum(p.exchanges) >= {minimum_exchanges}
               AND count(DISTINCT p.party) >= {minimum_parties}""",
    )
    engine.drop("stream_item")


_HOURS = "CAST(r.hour - 420000 AS BIGINT)"  # since 2017: squares of small numbers add up exactly
_TURN = "round(1000 * {0}(2 * pi() * (r.hour % 24) / 24))"
_WHEN = {
    "clock_sin": f"CAST({_TURN.format('sin')} AS BIGINT)",
    "clock_cos": f"CAST({_TURN.format('cos')} AS BIGINT)",
    "hours": _HOURS,
    "hours_square": f"{_HOURS} * {_HOURS}",
}
