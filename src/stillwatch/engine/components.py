"""Connected components of a graph that need not fit into one machine's memory.

Large stars and small stars in turn (Kiveris et al., *Connected components in MapReduce and beyond*,
2014): each round is a handful of joins, and O(log² n) rounds leave every node beside the least of
its component. The outcome depends on nothing but the edges.
"""

from __future__ import annotations

from stillwatch.engine.base import Engine

__all__ = ["components"]

_EDGE, _BOTH, _LEAST = "component_edge", "component_both", "component_least"


def components(engine: Engine, name: str, edges: str) -> int:
    """Make table `name` (node, root): the least node of each node's component.

    A node that is a root itself, or has no edge, has no row.

    Args:
        engine: Where it runs.
        name: Name of the table.
        edges: A query of rows a, b (BIGINT), in any direction, repeats allowed.

    Returns:
        How many rounds it took.
    """
    engine.create(
        _EDGE,
        f"""SELECT DISTINCT greatest(a, b) AS a, least(a, b) AS b
            FROM ({edges}) WHERE a <> b""",
    )
    rounds = 0
    while not _stars(engine):
        rounds += 1
        _large(engine)
        _small(engine)
    engine.create(name, f"SELECT a AS node, b AS root FROM {_EDGE}")
    for made in (_EDGE, _BOTH, _LEAST):
        engine.drop(made)
    return rounds


def _stars(engine: Engine) -> bool:
    """Whether every node has one edge down, to a node that has none."""
    row = engine.fetch(
        f"""SELECT count(*) AS edges, count(DISTINCT e.a) AS nodes, count(r.a) AS further
            FROM {_EDGE} e LEFT JOIN (SELECT DISTINCT a FROM {_EDGE}) r ON e.b = r.a"""
    ).to_pylist()[0]
    return bool(row["edges"] == row["nodes"] and not row["further"])


def _large(engine: Engine) -> None:
    """Each node's larger neighbours go to the least of its neighbourhood."""
    engine.create(
        _BOTH, f"SELECT a AS u, b AS v FROM {_EDGE} UNION ALL SELECT b AS u, a AS v FROM {_EDGE}"
    )
    engine.create(_LEAST, f"SELECT u, least(min(v), u) AS m FROM {_BOTH} GROUP BY u")
    engine.create(
        _EDGE,
        f"""SELECT DISTINCT s.v AS a, l.m AS b FROM {_BOTH} s JOIN {_LEAST} l ON s.u = l.u
            WHERE s.v > s.u""",
    )


def _small(engine: Engine) -> None:
    """Each node and its smaller neighbours go to the least of them."""
    engine.create(_LEAST, f"SELECT a AS u, min(b) AS m FROM {_EDGE} GROUP BY a")
    engine.create(
        _BOTH,
        f"""SELECT u AS a, m AS b FROM {_LEAST}
            UNION ALL
            SELECT e.b AS a, l.m AS b FROM {_EDGE} e JOIN {_LEAST} l ON e.a = l.u
            WHERE e.b <> l.m""",
    )
    engine.create(_EDGE, f"SELECT DISTINCT a, b FROM {_BOTH}")
