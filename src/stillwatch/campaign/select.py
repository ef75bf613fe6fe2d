"""Of overlapping proposals, keep the ones that explain each account best.

The views of the graph propose the same operation more than once: a fragment of it, the whole, the
whole and its neighbours. The most probable proposal wins; among nearly equal ones the larger; what
overlaps a winner much is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stillwatch.schema.results import Group

__all__ = ["select"]

_OVERLAP = 0.34  # of the smaller group
_STEPS = 10  # probabilities within a tenth count as equal; then size decides


def select(groups: Sequence[Group], probabilities: Sequence[float]) -> list[Group]:
    """Groups that do not overlap much, ordered by their first account."""
    order = sorted(
        range(len(groups)),
        key=lambda i: (
            -round(probabilities[i] * _STEPS),
            -len(groups[i].accounts),
            groups[i].accounts.tobytes(),
        ),
    )
    taken: set[int] = set()
    kept: list[Group] = []
    for i in order:
        accounts = groups[i].accounts
        common = sum(int(a) in taken for a in accounts)
        if common > _OVERLAP * len(accounts):
            continue
        free = np.array([a for a in accounts if int(a) not in taken], dtype=np.int64)
        kept.append(groups[i] if len(free) == len(accounts) else Group(accounts=free, streams=groups[i].streams))
        taken.update(int(a) for a in free)
    return sorted(kept, key=lambda g: int(g.accounts[0]))
