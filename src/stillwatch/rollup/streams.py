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


def streams(
    engine: Engine, *, minimum_exchanges: int, minimum_parties: int, keep: bool = False
) -> None:
    """Make `stream`, `exchange_stream`, `stream_account` and `key_stream`.

    `stream`: stream, kinds (bit set over KEYS), keys, exchanges, parties, accounts, items, and
    repeats across parties. `stream_account` holds the sums for comparing parties: of subjects, of
    the clock and of time, over exchanges whose main stream it is (see `detect.shares`).

    Args:
        engine: Holds `reading` and `account`.
        minimum_exchanges: A key must be used so often to be shared, and a stream too …
        minimum_parties: … and by so many parties.
        keep: Leave `shared_key`, `shared_use` and `stream_item`, so that readings can be added.
    """
    engine.view("key_use", f"SELECT u.*, a.party FROM ({uses()}) u JOIN account a USING (account)")
    engine.create("shared_key", shared("key_use", minimum_exchanges))
    engine.create("shared_use", "SELECT u.* FROM key_use u SEMI JOIN shared_key s ON u.key = s.key")
    engine.create(
        "key_draws", f"{drawn('shared_use')} HAVING count(DISTINCT party) >= {minimum_parties}"
    )
    join_draws(engine)
    engine.create("used_stream", used_streams("shared_use"))
    if not keep:
        engine.drop("shared_use")
    engine.create("exchange_stream", exchange_streams("used_stream"))
    engine.drop("used_stream")
    engine.create(
        "stream_account",
        f"""SELECT t.stream, t.account, a.party, {", ".join(f"t.{n}" for n in SUMS)}
            FROM ({account_sums("exchange_stream")}) t JOIN account a ON t.account = a.account""",
    )
    engine.create("stream_item", item_sums("exchange_stream"))
    summed(engine, minimum_exchanges=minimum_exchanges, minimum_parties=minimum_parties)
    if not keep:
        engine.drop("stream_item")


def uses(source: str = "reading") -> str:
    """Query: exchange, account, key and kind (a bit) of every key of the readings in `source`."""
    return " UNION ALL ".join(
        f"SELECT exchange, account, {key} AS key, {1 << i} AS kind FROM {source}"
        f" WHERE {key} IS NOT NULL"
        for i, key in enumerate(KEYS)
    )


def shared(source: str, minimum_exchanges: int) -> str:
    """Query: the keys that several parties use."""
    return f"""SELECT key FROM {source} GROUP BY key
               HAVING count(*) >= {minimum_exchanges} AND min(party) <> max(party)"""


def drawn(source: str) -> str:
    """Query, open for HAVING: by key its kinds, exchanges and draws."""
    draws = ", ".join(f"min(xor(exchange, {seed})) AS d{i}" for i, seed in enumerate(_SEEDS))
    return f"""SELECT key, bit_or(kind) AS kinds, count(*) AS exchanges, {draws}
               FROM {source} GROUP BY key"""


def join_draws(engine: Engine) -> None:
    """Make `key_stream` of `key_draws`, which is dropped: by key its stream, kinds and rank."""
    join_keys(engine, drawn="key_draws", name="key_stream", system=SYSTEM, kinds=len(KEYS))
    engine.drop("key_draws")


def used_streams(source: str) -> str:
    """Query: the streams of each exchange, with their rank."""
    return f"""SELECT u.exchange, k.stream, any_value(u.account) AS account,
                      any_value(k.rank) AS rank
               FROM {source} u JOIN key_stream k USING (key) GROUP BY u.exchange, k.stream"""


def exchange_streams(source: str) -> str:
    """Query: the same, with the main one marked.

    Texts overlap; where parties are compared each exchange counts once, in its main stream.
    """
    return f"""SELECT u.exchange, u.stream, u.account, u.rank = m.rank AS main
               FROM {source} u
               JOIN (SELECT exchange, max(rank) AS rank FROM {source} GROUP BY exchange) m
               ON u.exchange = m.exchange"""


_HOURS = "CAST(r.hour - 420000 AS BIGINT)"  # since 2017: squares of small numbers add up exactly
_TURN = "round(1000 * {0}(2 * pi() * (r.hour % 24) / 24))"
_WHEN = {
    "clock_sin": f"CAST({_TURN.format('sin')} AS BIGINT)",
    "clock_cos": f"CAST({_TURN.format('cos')} AS BIGINT)",
    "hours": _HOURS,
    "hours_square": f"{_HOURS} * {_HOURS}",
}
_SUBJECTS = tuple(f"s{i:02d}" for i in range(DIMENSIONS))
WIDE = ("timed", "placed", "square", *_SUBJECTS, *_WHEN)
SUMS = ("exchanges", "first_us", "last_us", "output_tokens", *WIDE)
"""Columns of `stream_account`, after its keys and the party."""


def account_sums(rows: str) -> str:
    """Query: stream, account and SUMS of `rows` (exchange, stream, account, main).

    What is summed over main streams only is summed apart: those columns are many, and only one of
    an exchange's streams is its main one.
    """
    placed = "r.e_square IS NOT NULL"
    wide = [f"sum(r.e{i:02d}) FILTER (WHERE {placed}) AS s{i:02d}" for i in range(DIMENSIONS)]
    wide += [f"sum({value}) AS {name}" for name, value in _WHEN.items()]
    counted = ("timed", "placed")
    known = [f"coalesce(w.{n}, 0) AS {n}" if n in counted else f"w.{n}" for n in WIDE]
    return f"""SELECT n.stream, n.account, n.exchanges, n.first_us, n.last_us, n.output_tokens,
                      {", ".join(known)}
               FROM (SELECT x.stream, x.account, count(*) AS exchanges,
                            min(epoch_us(r.started_at)) AS first_us,
                            max(epoch_us(r.started_at)) AS last_us,
                            CAST(coalesce(sum(r.output_tokens), 0) AS BIGINT) AS output_tokens
                     FROM {rows} x JOIN reading r ON x.exchange = r.exchange
                     GROUP BY x.stream, x.account) n
               LEFT JOIN (SELECT x.stream, x.account, count(*) AS timed,
                                 count(*) FILTER (WHERE {placed}) AS placed,
                                 sum(r.e_square) AS square, {", ".join(wide)}
                          FROM {rows} x JOIN reading r ON x.exchange = r.exchange
                          WHERE x.main GROUP BY x.stream, x.account) w
               ON n.stream = w.stream AND n.account = w.account"""


def item_sums(rows: str) -> str:
    """Query: how often each very text was sent in each stream, and the range of who sent it."""
    return f"""SELECT x.stream, r.item, count(*) AS exchanges, min(a.party) AS low,
                      max(a.party) AS high
               FROM {rows} x JOIN reading r ON x.exchange = r.exchange
               JOIN account a ON x.account = a.account
               WHERE r.item IS NOT NULL GROUP BY x.stream, r.item"""


def summed(engine: Engine, *, minimum_exchanges: int, minimum_parties: int) -> None:
    """Make `stream` of `stream_account`, `key_stream` and `stream_item`."""
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
                              CAST(coalesce(sum(exchanges) FILTER (WHERE low <> high), 0) AS BIGINT)
                                  AS crossed
                       FROM stream_item GROUP BY stream) i USING (stream)
            GROUP BY p.stream, k.kinds, k.keys
            HAVING sum(p.exchanges) >= {minimum_exchanges}
               AND count(DISTINCT p.party) >= {minimum_parties}""",
    )
