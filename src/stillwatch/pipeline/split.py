"""Components of the graph that are too large for a community search lose their weakest links.

Leiden takes a connected component at a time. One that is larger than the engine's bound is split
where the rows are: a threshold is raised by half a bit, and by no more than a quarter of its spokes
a round, until every component fits. Below the bound nothing is touched, so the communities are
those of any other run.
"""

from __future__ import annotations

import logging

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.engine import Engine
from stillwatch.engine.components import components
from stillwatch.link import View
from stillwatch.rollup import Tables
from stillwatch.schema.results import Hubs

__all__ = ["fitting", "weakest"]

Index = npt.NDArray[np.int64]

_LOG = logging.getLogger(__name__)
_PART = 4  # one spoke in so many goes in a round, at the most,
_STEP = 0.5  # and of links only those that are so many bits above the weakest
_SPOKE, _OF, _SIZE, _WORTH = "spoke", "spoke_component", "component_size", "hub_worth"


def fitting(tables: Tables, view: View) -> Hubs:
    """The run's hubs, without those that weld too large a component together in this view."""
    if tables.engine.bounds is None:
        return tables.hubs
    gone = tables.once(_gone, "+".join(sorted(view.kinds)))
    if not len(gone):
        return tables.hubs
    kept = np.ones(len(tables.hubs.bits), bool)
    kept[gone] = False
    return _only(tables.hubs, kept)


def _gone(tables: Tables, kinds: str) -> Index:
    """Numbers of the hubs that link nobody where these kinds are looked at."""
    hubs, bounds = tables.hubs, tables.engine.bounds
    seen = np.isin(hubs.kind, kinds.split("+"))
    if bounds is None or seen[hubs.hub].sum() <= bounds.component_spokes:
        return np.empty(0, np.int64)  # all of it would fit
    gone = weakest(hubs, seen, tables.engine, most=bounds.component_spokes)
    if len(gone):
        said = (
            f"a component of the graph is larger than spark.component_spokes"
            f" ({bounds.component_spokes:,}): the {len(gone):,} weakest of {int(seen.sum()):,}"
            f" shared things link nobody where {kinds} are looked at"
        )
        _LOG.warning(said)
        tables.bounded.append(said)
    return gone


def weakest(hubs: Hubs, seen: npt.NDArray[np.bool_], engine: Engine, *, most: int) -> Index:
    """Numbers of the hubs that have to go until no component has more than `most` spokes.

    Args:
        hubs: What accounts share.
        seen: By hub, whether it counts.
        engine: Where components are found and cut.
        most: Spokes of a component.
    """
    spoke = seen[hubs.hub]
    accounts = int(hubs.account.max()) + 1
    engine.attach(
        _SPOKE,
        pa.table({"hub": accounts + hubs.hub[spoke], "account": hubs.account[spoke]}),
    )
    number = np.flatnonzero(seen)
    size = np.bincount(hubs.hub, minlength=len(hubs.bits))[number]
    engine.attach(
        _WORTH, pa.table({"hub": accounts + number, "bits": hubs.bits[number], "spokes": size})
    )
    gone: list[Index] = []
    while True:
        dropped = _round(engine, most)
        if not len(dropped):
            break
        gone.append(dropped - accounts)
    for made in (_SPOKE, _WORTH):
        engine.drop(made)
    return np.sort(np.concatenate([np.empty(0, np.int64), *gone]))


def _round(engine: Engine, most: int) -> Index:
    """Take the weakest hubs out of every component that is too large; returns which."""
    left = f"SELECT hub AS a, account AS b FROM {_SPOKE} SEMI JOIN {_WORTH} w USING (hub)"
    components(engine, _OF, left)
    engine.create(
        _SIZE,
        f"""SELECT w.hub, w.bits, w.spokes, coalesce(c.root, w.hub) AS root
            FROM {_WORTH} w LEFT JOIN {_OF} c ON w.hub = c.node""",
    )
    order = "PARTITION BY root ORDER BY bits, spokes DESC, hub"
    found = engine.fetch(
        f"""SELECT hub FROM (
                SELECT hub, bits, spokes, sum(spokes) OVER (PARTITION BY root) AS total,
                       min(bits) OVER (PARTITION BY root) AS least,
                       sum(spokes) OVER ({order} ROWS UNBOUNDED PRECEDING) - spokes AS before
                FROM {_SIZE}) o
            WHERE total > {most} AND {_PART} * before < total AND bits <= least + {_STEP}
            ORDER BY hub"""
    )
    hubs: Index = found["hub"].to_numpy()
    if len(hubs):
        engine.attach("hub_gone", pa.table({"hub": hubs}))
        engine.create(
            "hub_left", f"SELECT w.* FROM {_WORTH} w ANTI JOIN hub_gone g ON w.hub = g.hub"
        )
        engine.create(_WORTH, "SELECT * FROM hub_left")
        for made in ("hub_gone", "hub_left"):
            engine.drop(made)
    engine.drop(_OF)
    engine.drop(_SIZE)
    return hubs


def _only(hubs: Hubs, kept: npt.NDArray[np.bool_]) -> Hubs:
    spoke = kept[hubs.hub]
    number = np.cumsum(kept) - 1
    return Hubs(
        hub=number[hubs.hub[spoke]],
        account=hubs.account[spoke],
        kind=hubs.kind[kept],
        bits=hubs.bits[kept],
        stream=hubs.stream[kept],
    )
