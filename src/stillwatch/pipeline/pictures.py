"""What the report draws: a campaign's hours, and who is linked with whom by what."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.link import COMPARISONS
from stillwatch.pipeline.findings import Campaign, moment
from stillwatch.rollup import HOUR, Tables
from stillwatch.schema.report import Edge, Graph, MarkKind, Node, Series, Timeline, TimelineMark

__all__ = ["graph", "hourly", "timeline"]

_BARS = 400
_NODES = 300
_SPOKES = 60
_LINKS = 4  # of each account: more make a picture in which nothing can be seen
_BAN_GAP = timedelta(days=1)


def hourly(tables: Tables) -> Series:
    """All exchanges by hour, or by as many hours as keep the bars few."""
    rows = tables.engine.fetch(
        "SELECT hour, CAST(sum(exchanges) AS BIGINT) AS n FROM activity GROUP BY hour ORDER BY hour"
    )
    return _series(rows["hour"].to_numpy(), rows["n"].to_numpy())


def timeline(campaign: Campaign, tables: Tables) -> Timeline:
    """A campaign's exchanges by hour, with releases, suspensions and its detection."""
    places = [m.place for m in campaign.members]
    digests = tables.accounts["account"].take(pa.array(places))
    tables.engine.attach("named_account", pa.table({"account": digests}))
    rows = tables.engine.fetch(
        """SELECT t.hour, CAST(sum(t.exchanges) AS BIGINT) AS n FROM activity t
           SEMI JOIN named_account m ON t.account = m.account GROUP BY t.hour ORDER BY t.hour"""
    )
    series = _series(rows["hour"].to_numpy(), rows["n"].to_numpy())
    marks = _releases(campaign, tables) + _bans(campaign, tables)
    if campaign.detected_at is not None:
        at = campaign.detected_at.isoformat()
        marks.append(_mark(at, "detected", "what was known then sufficed"))
    marks.sort(key=lambda m: (m["at"], m["label"]))
    return {**series, "marks": marks}


def graph(campaign: Campaign, tables: Tables) -> Graph:
    """The most probable members and the strongest links between them."""
    shown = campaign.members[:_NODES]
    names = {m.place: m.account_id for m in shown}
    nodes: list[Node] = [
        {
            "id": m.account_id,
            "probability": m.probability,
            "exchanges": m.exchanges,
            "role": "victim" if m.victim else "member",
        }
        for m in shown
    ]
    hubs = tables.hubs
    mine = np.flatnonzero(np.isin(hubs.account, list(names)))
    mine = mine[np.argsort(hubs.hub[mine], kind="stable")]
    met, first = np.unique(hubs.hub[mine], return_index=True)
    pairs: dict[tuple[str, str], dict[str, float]] = {}
    for hub, spokes in zip(met, np.split(mine, first)[1:], strict=True):
        accounts = hubs.account[spokes[:_SPOKES]].tolist()
        kind, bits = str(hubs.kind[hub]), float(hubs.bits[hub])
        for other in accounts[1:]:
            pair = (names[accounts[0]], names[other])
            kinds = pairs.setdefault(min(pair, pair[::-1]), {})
            kinds[kind] = max(kinds.get(kind, 0.0), bits)
    edges: list[Edge] = [_edge(pair, kinds) for pair, kinds in pairs.items()]
    edges.sort(key=lambda e: (-e["bits"], e["source"], e["target"]))
    edges = _strongest(edges)
    return {"nodes": nodes, "edges": edges, "hidden_nodes": len(campaign.members) - len(shown)}


def _strongest(edges: list[Edge]) -> list[Edge]:
    """Links, strongest first, that are among the few strongest of either end."""
    drawn: Counter[str] = Counter()
    kept = []
    for edge in edges:
        ends = (edge["source"], edge["target"])
        if min(drawn[end] for end in ends) < _LINKS:
            kept.append(edge)
            drawn.update(ends)
    return kept


def _edge(pair: tuple[str, str], kinds: dict[str, float]) -> Edge:
    ranked = sorted(kinds, key=lambda k: (-kinds[k], k))
    return {
        "source": pair[0],
        "target": pair[1],
        "bits": sum(kinds.values()),
        "kinds": [COMPARISONS[k].meaning for k in ranked],
    }


def _series(hours: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> Series:
    if not len(hours):
        return {"start": moment(0).isoformat(), "step_hours": 1, "counts": []}
    span = int(hours[-1] - hours[0]) + 1
    step = next(s for s in (1, 2, 3, 4, 6, 12, 24, 48, 168, 10**9) if span <= s * _BARS)
    start = int(hours[0]) // step * step
    bins = np.bincount((hours - start) // step, weights=counts)
    return {
        "start": moment(start * HOUR).isoformat(),
        "step_hours": step,
        "counts": [int(n) for n in bins],
    }


def _releases(campaign: Campaign, tables: Tables) -> list[TimelineMark]:
    if tables.releases is None:
        return []
    rows = tables.releases.to_pylist()
    inside = [r for r in rows if campaign.first <= r["released_at"] <= campaign.last]
    return [_mark(r["released_at"].isoformat(), "release", str(r["model"])) for r in inside]


def _bans(campaign: Campaign, tables: Tables) -> list[TimelineMark]:
    """Members that are suspended now fell silent at some moment; close moments are one action."""
    status = tables.accounts["status"].to_pylist()
    last = tables.number("last_us")
    ends = sorted(
        float(last[m.place]) for m in campaign.members if status[m.place] not in (None, "active")
    )
    marks: list[TimelineMark] = []
    batch: list[float] = []
    for end in [*ends, float("inf")]:
        if batch and (end == float("inf") or moment(end) - moment(batch[-1]) > _BAN_GAP):
            label = f"{len(batch)} suspended account{'s' if len(batch) > 1 else ''} fell silent"
            marks.append(_mark(moment(batch[-1]).isoformat(), "ban", label))
            batch = []
        batch.append(end)
    return marks


def _mark(at: str, kind: MarkKind, label: str) -> TimelineMark:
    return {"at": at, "kind": kind, "label": label}
