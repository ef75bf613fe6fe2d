"""Dense blocks of accounts and what they share, camouflage-resistant (FRAUDAR)."""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt

from stillwatch.bench.baselines.base import Baseline, Floats
from stillwatch.bench.baselines.exact_template import TEMPLATE_USE
from stillwatch.rollup import Tables

__all__ = ["BASELINE", "densest_block"]

Index = npt.NDArray[np.int64]

_BLOCKS = 12
_MEANS = ("payment", "device", "phone", "client_net", "signup_net")
_LOG_SHIFT = 5.0  # column weight 1 / log(degree + 5), as in the paper


def densest_block(row: Index, column: Index) -> tuple[Index, Index, float]:
    """The block of rows and columns with the largest mean weight a node, by greedy peeling.

    Edge weights are 1 / log(d + 5) for a column of degree d, so that what everybody shares hides
    nobody (Hooi et al. 2016, algorithm 1). Nodes are removed in order of their remaining weight;
    the best of the sets passed through is returned: within a factor of two of the optimum.

    Args:
        row: Row of each edge, 0 and up; an edge stands once.
        column: Column of each edge, 0 and up.

    Returns:
        Rows and columns of the block, and its mean weight a node.
    """
    rows = int(row.max()) + 1 if len(row) else 0
    degree = np.bincount(column)
    weight = (1 / np.log(degree + _LOG_SHIFT))[column]
    node = np.concatenate([row, column + rows])
    other = np.concatenate([column + rows, row])
    both = np.concatenate([weight, weight])
    order = np.argsort(node, kind="stable")
    start = np.searchsorted(node[order], np.arange(int(node.max(initial=-1)) + 2))
    left = np.bincount(node, both).tolist()
    removed = _peel(start.tolist(), other[order].tolist(), both[order].tolist(), left)
    best, density = _best_prefix(removed, float(weight.sum()))
    kept = np.ones(len(left), bool)
    kept[[n for n, _ in removed[:best]]] = False
    kept &= np.bincount(node, minlength=len(left)) > 0
    chosen = np.flatnonzero(kept)
    return chosen[chosen < rows], chosen[chosen >= rows] - rows, density


def _peel(
    start: list[int], other: list[int], weight: list[float], left: list[float]
) -> list[tuple[int, float]]:
    """Nodes in the order of their removal, each with the weight that went with it."""
    heap = [(w, n) for n, w in enumerate(left) if start[n + 1] > start[n]]
    heapq.heapify(heap)
    gone = [False] * len(left)
    removed = []
    while heap:
        w, n = heapq.heappop(heap)
        if gone[n] or w > left[n]:
            continue
        gone[n] = True
        removed.append((n, left[n]))
        for e in range(start[n], start[n + 1]):
            m = other[e]
            if not gone[m]:
                left[m] -= weight[e]
                heapq.heappush(heap, (left[m], m))
    return removed


def _best_prefix(removed: list[tuple[int, float]], total: float) -> tuple[int, float]:
    """After how many removals the mean weight a node is largest, and how large it is."""
    nodes = len(removed)
    best, density = 0, total / max(nodes, 1)
    for i, (_, w) in enumerate(removed[:-1], start=1):
        total -= w
        if total / (nodes - i) > density:
            best, density = i, total / (nodes - i)
    return best, density


def _score(tables: Tables) -> Floats:
    """Accounts of earlier blocks score higher; at equal rank, accounts with more of its columns."""
    row, column = _edges(tables)
    score = np.zeros(tables.accounts.num_rows)
    for rank in range(_BLOCKS):
        if not len(row):
            break
        rows, columns, _ = densest_block(row, column)
        inside = np.isin(row, rows) & np.isin(column, columns)
        share = np.bincount(row[inside], minlength=len(score)) / max(len(columns), 1)
        fresh = rows[score[rows] == 0]
        score[fresh] = _BLOCKS - rank + np.minimum(share[fresh], 0.999)
        row, column = row[~inside], column[~inside]
    return score


def _edges(tables: Tables) -> tuple[Index, Index]:
    """Account and number of the value that it shares with others: means, and exact texts."""
    values = tables.values
    means = np.isin(np.asarray(values["kind"].to_pylist()), _MEANS)
    row, column = values["a"].to_numpy()[means], values["v"].to_numpy()[means]
    used = tables.engine.fetch(
        f"""SELECT DISTINCT u.account, u.template FROM ({TEMPLATE_USE}) u SEMI JOIN
            (SELECT template FROM ({TEMPLATE_USE}) GROUP BY template
             HAVING min(account) <> max(account)) s ON u.template = s.template"""
    ).combine_chunks()
    text = np.unique(used["template"].to_numpy(), return_inverse=True)[1].astype(np.int64)
    row = np.concatenate([row, tables.place(used["account"])])
    column = np.concatenate([column, text + int(column.max(initial=-1)) + 1])
    pair = np.unique(np.stack([row, column]), axis=1)
    number = np.unique(pair[1], return_inverse=True)[1].astype(np.int64)
    shared = np.bincount(number)[number] > 1
    return pair[0][shared], np.unique(number[shared], return_inverse=True)[1].astype(np.int64)


BASELINE = Baseline(
    name="dense_blocks",
    meaning="Flags the accounts of the densest blocks of accounts × shared means and texts.",
    source="FRAUDAR (Hooi et al., KDD 2016), from the paper: column weights, greedy peeling.",
    score=_score,
)
