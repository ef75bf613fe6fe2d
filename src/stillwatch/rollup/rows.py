"""Rows and numbers in arrays: distinct pairs, distinct values, and rows by their owner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Rows", "numbered", "pairs"]

Index = npt.NDArray[np.int64]


def pairs(first: Index, second: Index) -> tuple[Index, Index]:
    """The distinct pairs of two columns of numbers from 0 up, in ascending order."""
    width = int(second.max()) + 1 if len(second) else 1
    code = np.sort(first.astype(np.int64) * width + second)
    code = code[np.flatnonzero(np.diff(code, prepend=-1))]
    return code // width, code % width


def numbered(values: Index, below: int) -> tuple[Index, Index]:
    """The distinct values in ascending order, and the position of each value among them.

    Args:
        values: From 0 to `below`, that one excluded; it takes memory of that size, and no sort.
        below: Larger than any value.
    """
    seen = np.zeros(below, bool)
    seen[values] = True
    names: Index = np.flatnonzero(seen)
    place = np.empty(below, np.int64)
    place[names] = np.arange(len(names))
    return names, place[values]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows grouped by an owner: those of owner `i` are `order[start[i]:start[i + 1]]`."""

    start: Index
    order: Index

    @staticmethod
    def by(owner: Index, owners: int) -> Rows:
        """Group rows by their owner's position."""
        counts = np.bincount(owner, minlength=owners) if len(owner) else np.zeros(owners, np.int64)
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return Rows(start, np.argsort(owner, kind="stable").astype(np.int64))

    def counts(self, owners: Index) -> Index:
        """How many rows each of several owners has."""
        found: Index = self.start[owners + 1] - self.start[owners]
        return found

    def each(self, owners: Index) -> Index:
        """For each row that `of` gives, the place of its owner in `owners`."""
        return np.repeat(np.arange(len(owners)), self.counts(owners))

    def of(self, owners: Index) -> Index:
        """Row positions of several owners, owner by owner."""
        lengths = self.counts(owners)
        if not lengths.sum():
            return np.empty(0, np.int64)
        base = np.repeat(
            self.start[owners] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths
        )
        rows: Index = self.order[base + np.arange(lengths.sum())]
        return rows
