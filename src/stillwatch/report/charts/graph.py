"""A campaign's accounts and what ties them; the same input gives the same picture."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import igraph
from markupsafe import Markup

from stillwatch.report.charts.svg import WIDTH, drawing, element
from stillwatch.report.numbers import count, percent, plural
from stillwatch.report.plain import clip
from stillwatch.report.words import spaced
from stillwatch.schema.report import Edge, Graph, Node

__all__ = ["KINDS", "graph", "kind_classes", "kinds_in", "select"]

KINDS = 6
"""Kinds of link that have a colour of their own; the rest share one."""
_HEIGHT, _MARGIN = 420.0, 22.0
_MOST_EDGES = 900
_TITLED_EDGES = 150
_SHADES = (0.2, 0.5, 0.8, 0.95)
_MANY = 100
_ROUNDS = 500
_PULL = 0.06


def kind_classes(graphs: Iterable[Graph]) -> dict[str, int]:
    """The colour of each kind of link, the same in every drawing; the commonest come first."""
    seen = Counter(edge["kinds"][0] for g in graphs for edge in g["edges"] if edge["kinds"])
    order = sorted(seen, key=lambda kind: (-seen[kind], kind))
    return {kind: min(i, KINDS) for i, kind in enumerate(order)}


def kinds_in(edges: list[Edge]) -> list[tuple[str, int]]:
    """The leading kinds of these links with how many links each leads, most first."""
    seen = Counter(edge["kinds"][0] if edge["kinds"] else "" for edge in edges)
    return sorted(seen.items(), key=lambda item: (-item[1], item[0]))


def select(whole: Graph, most: int) -> tuple[list[Node], list[Edge], int]:
    """The best-linked accounts, the strongest links among them, and how many accounts are left out.

    Victims are kept first: nobody should overlook that an owner is to be told, not punished.
    """
    strength: defaultdict[str, float] = defaultdict(float)
    for edge in whole["edges"]:
        strength[edge["source"]] += edge["bits"]
        strength[edge["target"]] += edge["bits"]
    ranked = sorted(
        whole["nodes"],
        key=lambda n: (n["role"] != "victim", -strength[n["id"]], -n["exchanges"], n["id"]),
    )
    nodes = ranked[:most]
    ids = {node["id"] for node in nodes}
    inside = [e for e in whole["edges"] if e["source"] in ids and e["target"] in ids]
    inside.sort(key=lambda e: (-e["bits"], e["source"], e["target"]))
    hidden = len(ranked) - len(nodes) + whole["hidden_nodes"]
    return nodes, inside[:_MOST_EDGES], hidden


@contextmanager
def _own_chance() -> Iterator[None]:
    """Lets igraph draw from a generator of its own for as long as a layout takes."""
    igraph.set_random_number_generator(random.Random(20))  # noqa: S311 (a picture, not a secret)
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)


def _layout(nodes: list[Node], edges: list[Edge]) -> list[tuple[float, float]]:
    """Fruchterman-Reingold places; an unseen middle that pulls weakly keeps the picture compact."""
    if len(nodes) == 1:
        return [(WIDTH / 2, _HEIGHT / 2)]
    at = {node["id"]: i for i, node in enumerate(nodes)}
    pairs = [(at[e["source"]], at[e["target"]]) for e in edges]
    weights = [max(e["bits"], 0.5) for e in edges]
    parts = sorted(igraph.Graph(n=len(nodes), edges=pairs).connected_components(), key=len)
    hub = min(parts[-1])
    loose = [(min(part), hub) for part in parts[:-1]]
    middle = [(i, len(nodes)) for i in range(len(nodes))]
    net = igraph.Graph(n=len(nodes) + 1, edges=pairs + loose + middle)
    strong = max(weights, default=1.0)
    scaled = [0.4 + 0.6 * w / strong for w in weights] + [0.4] * len(loose)
    with _own_chance():
        places = net.layout_fruchterman_reingold(
            weights=scaled + [_PULL] * len(middle), niter=_ROUNDS, seed=net.layout_circle()
        ).coords
    return _fit(places[:-1])


def _fit(places: list[list[float]]) -> list[tuple[float, float]]:
    xs, ys = [p[0] for p in places], [p[1] for p in places]
    left, top = min(xs), min(ys)
    wide, high = max(max(xs) - left, 1e-9), max(max(ys) - top, 1e-9)
    room_x, room_y = WIDTH - 2 * _MARGIN, _HEIGHT - 2 * _MARGIN
    return [
        (_MARGIN + room_x * (x - left) / wide, _MARGIN + room_y * (y - top) / high)
        for x, y in places
    ]


def _lines(
    edges: list[Edge], place: dict[str, tuple[float, float]], classes: dict[str, int]
) -> list[Markup]:
    """Links as one path a colour and width; with a title each while they are few."""
    groups: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    titled: list[Markup] = []
    for edge in edges:
        (x1, y1), (x2, y2) = place[edge["source"]], place[edge["target"]]
        colour = classes.get(edge["kinds"][0], KINDS) if edge["kinds"] else KINDS
        width = min(max(round(edge["bits"] / 6), 1), 3)
        path = f"M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}"
        if len(edges) > _TITLED_EDGES:
            groups[(colour, width)].append(path)
            continue
        why = ", ".join(spaced(kind) for kind in edge["kinds"])
        says = f"{edge['source']} – {edge['target']}: {why} ({edge['bits']:.1f} bits)"
        name = f"k{colour} w{width}"
        titled.append(
            element("path", element("title", says), attributes={"class": name, "d": path})
        )
    grouped = [
        element("path", attributes={"class": f"k{colour} w{width}", "d": "".join(paths)})
        for (colour, width), paths in sorted(groups.items())
    ]
    return titled + grouped


def _dot(node: Node, place: tuple[float, float], most: int, links: int) -> Markup:
    shade = sum(node["probability"] >= edge for edge in _SHADES)
    size = 3.5 + 8.5 * math.sqrt(node["exchanges"] / most)
    owner = "owner is a victim, " if node["role"] == "victim" else ""
    says = (
        f"{clip(node['id'], _MANY)}: {owner}{percent(node['probability'])} likely, "
        f"{plural(node['exchanges'], 'exchange')}, {plural(links, 'link')} drawn"
    )
    title = element("title", says)
    if node["role"] == "victim":
        box: dict[str, float | str] = {"x": place[0] - size, "y": place[1] - size}
        box |= {"width": size * 2, "height": size * 2, "class": "victim"}
        return element("rect", title, attributes=box)
    disc: dict[str, float | str] = {"cx": place[0], "cy": place[1], "r": size}
    return element("circle", title, attributes=disc | {"class": f"p{shade}"})


def graph(nodes: list[Node], edges: list[Edge], classes: dict[str, int], hidden: int) -> Markup:
    """Accounts as dots over their links, or nothing when there is no account to draw."""
    if not nodes:
        return Markup("")
    place = dict(zip((n["id"] for n in nodes), _layout(nodes, edges), strict=True))
    degree = Counter(end for e in edges for end in (e["source"], e["target"]))
    most = max(1, *(n["exchanges"] for n in nodes))
    dots = [
        _dot(node, place[node["id"]], most, degree[node["id"]])
        for node in sorted(nodes, key=lambda n: (-n["exchanges"], n["id"]))
    ]
    parts = [
        element("g", *_lines(edges, place, classes), attributes={"class": "links"}),
        element("g", *dots, attributes={"class": "dots"}),
    ]
    if hidden:
        at: dict[str, float | str] = {"x": WIDTH - 8.0, "y": _HEIGHT - 8, "text-anchor": "end"}
        parts.append(element("text", f"+{count(hidden)} more accounts", attributes=at))
    label = f"{len(nodes)} accounts drawn with {len(edges)} links; {count(hidden)} more not drawn"
    return drawing(parts, height=_HEIGHT, label=label, name="graph")
