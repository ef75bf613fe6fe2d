"""Communities: accounts that hang together by shared means and shared work.

The graph is two-sided (accounts and hubs), split into connected components first; each component
goes through Leiden (Traag, Waltman, van Eck 2019), so that a single weak bridge, a proxy's address
or a campus network, does not weld two operations or drag honest neighbours in.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import igraph
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.schema.results import Hubs

__all__ = ["VIEWS", "View", "communities"]

Index = npt.NDArray[np.int64]

_SEED = 20260223
_SMALL = 8  # components of fewer accounts are communities as they stand


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One way to look at the graph; operations differ in what gives them away.

    Attributes:
        kinds: Kinds of hubs that count.
        resolution: Of modularity; higher gives smaller communities.
    """

    kinds: frozenset[str]
    resolution: float


_PERSONAL = frozenset(
    {"payment", "device", "phone", "email", "credential", "session", "history", "reasoning"}
)
_PLACE = frozenset({"client_ip", "client_net", "signup_ip", "signup_net", "cohort"})
_RECIPE = frozenset({"recipe"})
_NEW = frozenset({"newcomers"})
_WORK = _RECIPE | {"stream", "image"}
VIEWS = (
    View(kinds=_PERSONAL, resolution=1.0),
    View(kinds=_PERSONAL | _PLACE, resolution=1.0),
    View(kinds=_RECIPE, resolution=0.1),
    View(kinds=_PERSONAL | _RECIPE, resolution=0.1),
    View(kinds=_RECIPE, resolution=1.0),
    View(kinds=_RECIPE, resolution=4.0),
    View(kinds=_PERSONAL | _PLACE | _RECIPE, resolution=1.0),
    View(kinds=_NEW, resolution=1.0),
    View(kinds=_NEW, resolution=4.0),
    View(kinds=_PERSONAL | _NEW, resolution=1.0),
    View(kinds=_WORK, resolution=5.0),
    View(kinds=_WORK, resolution=20.0),
    View(kinds=_WORK, resolution=80.0),
    View(kinds=_PERSONAL | _PLACE | _WORK, resolution=5.0),
    View(kinds=_PERSONAL | _WORK | _NEW, resolution=20.0),
)
"""Every view proposes groups; assessment decides which of them stand."""


def communities(every: Hubs, accounts: int, view: View) -> Index:
    """The community of each account, or -1 for an account that shares nothing in this view.

    The same hubs give the same communities: nodes are ordered, and Leiden runs with a fixed seed.
    """
    hubs = _only(every, view.kinds)
    resolution = view.resolution
    count = len(hubs.bits)
    size = accounts + count
    graph = coo_array(
        (np.ones(len(hubs.hub)), (hubs.account, accounts + hubs.hub)), shape=(size, size)
    )
    _, component = connected_components(graph, directed=False)
    result = np.full(accounts, -1, np.int64)
    linked = np.unique(hubs.account)
    spokes = component[hubs.account]
    order = np.argsort(spokes, kind="stable")
    bounds = np.flatnonzero(np.diff(spokes[order])) + 1
    members = {
        int(c): n for c, n in zip(*np.unique(component[linked], return_counts=True), strict=True)
    }
    following = 0
    for part in np.split(order, bounds):
        if not len(part):
            continue
        found = (
            np.zeros(1, np.int64)
            if members[int(spokes[part[0]])] < _SMALL
            else _leiden(hubs, part, resolution)
        )
        nodes = np.unique(hubs.account[part])
        result[nodes] = following + (found[: len(nodes)] if len(found) > 1 else 0)
        following += int(found.max()) + 1
    return result


def _only(hubs: Hubs, kinds: frozenset[str]) -> Hubs:
    kept = np.isin(hubs.kind, sorted(kinds))
    spoke = kept[hubs.hub]
    number = np.cumsum(kept) - 1
    return Hubs(
        hub=number[hubs.hub[spoke]],
        account=hubs.account[spoke],
        kind=hubs.kind[kept],
        bits=hubs.bits[kept],
        stream=hubs.stream[kept],
    )


def _leiden(hubs: Hubs, spokes: Index, resolution: float) -> Index:
    """Communities of one component; accounts first, then hubs, in ascending order."""
    accounts, a = np.unique(hubs.account[spokes], return_inverse=True)
    names, h = np.unique(hubs.hub[spokes], return_inverse=True)
    edges = np.stack([a, len(accounts) + h], axis=1)
    graph = igraph.Graph(n=len(accounts) + len(names), edges=np.ascontiguousarray(edges))
    weight = hubs.bits[hubs.hub[spokes]]
    igraph.set_random_number_generator(random.Random(_SEED))  # noqa: S311 - reproducible, not secret
    parts = graph.community_leiden(
        objective_function="modularity",
        weights=weight.tolist(),
        resolution=resolution,
        n_iterations=4,
    )
    return np.asarray(parts.membership, dtype=np.int64)
