"""Which keys belong to one text: keys that agree on enough min-wise draws of their exchanges.

Two ways to the same answer: in this process, where the keys fit, else on the engine, where neither
the keys nor the pairs of them leave the cluster.
"""

from __future__ import annotations

import logging

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.engine import Engine
from stillwatch.engine.components import components

__all__ = ["DRAWS", "join_keys"]

Index = npt.NDArray[np.int64]

_LOG = logging.getLogger(__name__)
DRAWS = 8
"""How many draws of each key's exchanges there are."""
_AGREE = 3  # of 8 draws: 85 % of pairs with Jaccard .5 are joined, 0.6 % of those with .05


def join_keys(engine: Engine, *, drawn: str, name: str, system: int, kinds: int) -> None:
    """Make `name` (key, stream, kinds, rank) of the keys in `drawn`.

    A stream is named by its least key. `rank` is its place as an exchange's main stream: what
    users say comes before system texts, then the larger.

    Args:
        engine: Where the keys are.
        drawn: A table of key, kinds, exchanges and the draws d0 … d7.
        name: The table that is made.
        system: Bits of the kinds that stand for a system text.
        kinds: How many kinds there are, so the most keys that one exchange has.
    """
    count = int(engine.fetch(f"SELECT count(*) AS n FROM {drawn}")["n"][0].as_py())
    if engine.bounds is not None and count > engine.bounds.keys:
        _LOG.warning(
            "%s keys of texts are more than spark.driver_keys (%s): they are joined on the cluster",
            f"{count:,}",
            f"{engine.bounds.keys:,}",
        )
        _on_engine(engine, drawn, name, system)
        return
    keys = engine.fetch(f"SELECT * FROM {drawn} ORDER BY key")
    engine.attach(name, _here(keys, system, kinds))


def _here(keys: pa.Table, system: int, kinds: int) -> pa.Table:
    count = keys.num_rows
    pairs: list[Index] = []
    for i in range(DRAWS):
        drawn = keys[f"d{i}"].to_numpy()
        order = np.argsort(drawn, kind="stable")
        ordered = drawn[order]
        for step in range(1, kinds):
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
        {
            "key": key,
            "stream": pa.array(least[label], pa.int64()),
            "kinds": keys["kinds"],
            "rank": pa.array(_rank(keys, label, least, system)[label], pa.int64()),
        }
    )


def _rank(keys: pa.Table, label: Index, least: Index, system: int) -> Index:
    """By stream, its place as an exchange's main one: what users say first, then the larger."""
    said = np.zeros(len(least), bool)
    said[label[(keys["kinds"].to_numpy() & ~system) != 0]] = True
    size = np.zeros(len(least), np.int64)
    np.maximum.at(size, label, keys["exchanges"].to_numpy())
    rank = np.empty(len(least), np.int64)
    rank[np.lexsort((least, size, said))] = np.arange(len(least))
    return rank


def _on_engine(engine: Engine, drawn: str, name: str, system: int) -> None:
    """The same by joins; keys that share a draw stand in one exchange, so they are few."""
    each = " UNION ALL ".join(
        f"SELECT key, {i} AS draw, d{i} AS place FROM {drawn}" for i in range(DRAWS)
    )
    engine.view("key_drawn", each)
    components(
        engine,
        "key_root",
        f"""SELECT x.key AS a, y.key AS b
            FROM key_drawn x JOIN key_drawn y ON x.draw = y.draw AND x.place = y.place
            WHERE x.key < y.key GROUP BY x.key, y.key HAVING count(*) >= {_AGREE}""",
    )
    engine.create(
        "key_named",
        f"""SELECT k.key, k.kinds, k.exchanges, coalesce(r.root, k.key) AS stream
            FROM {drawn} k LEFT JOIN key_root r ON k.key = r.node""",
    )
    engine.create(
        name,
        f"""SELECT k.key, k.stream, k.kinds, s.rank
            FROM key_named k JOIN (
                SELECT stream, row_number() OVER (ORDER BY said, size, stream) - 1 AS rank
                FROM (SELECT stream, max(exchanges) AS size,
                             max(CASE WHEN (kinds & {~system}) <> 0 THEN 1 ELSE 0 END) AS said
                      FROM key_named GROUP BY stream)) s ON k.stream = s.stream""",
    )
    for made in ("key_drawn", "key_root", "key_named"):
        engine.drop(made)
