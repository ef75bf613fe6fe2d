"""Sets of parties that share a text: what groups are compared with that share one too."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stillwatch.rollup.rows import pairs
from stillwatch.rollup.tables import Tables

__all__ = ["BUSY", "PARTIES", "by_party", "sharers", "spans", "told"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

PARTIES = 6
"""Fewer parties are alike by chance."""
BUSY = 8.0
"""Exchanges of the typical party of a set; one-off visitors are all alike."""
_FEWEST, _FULL = 3, 8  # parties that are close by chance, and from which it is no chance
_ENOUGH = 128.0  # exchanges of them all: seven parties of four each are alike in nothing
_NEW = 0.5  # of a stream's parties must not have stood in a larger one


def by_party(tables: Tables, values: Floats) -> Floats:
    """Sums of an account's numbers by party position."""
    return np.bincount(tables.party, weights=values, minlength=tables.parties).astype(float)


def spans(tables: Tables) -> tuple[Floats, Floats]:
    """First and last moment of each party, in microseconds."""
    first = np.full(tables.parties, np.inf)
    last = np.full(tables.parties, -np.inf)
    np.minimum.at(first, tables.party, tables.number("first_us"))
    np.maximum.at(last, tables.party, tables.number("last_us"))
    return first, last


def told(sent: Floats) -> float:
    """How much the closeness of parties that sent so many exchanges says, 0…1."""
    if np.median(sent) < BUSY / 2:
        return 0.0
    parties = (len(sent) - _FEWEST) / (_FULL - _FEWEST)
    return float(np.clip(min(parties, sent.sum() / _ENOUGH), 0, 1))


def sharers(tables: Tables) -> list[Index]:
    """Parties of one stream each, larger streams first, without repeating a set."""
    busy = by_party(tables, tables.totals["exchanges"])
    rows = tables.stream_rows
    stream, party = pairs(rows["s"].to_numpy(), tables.party[rows["a"].to_numpy()])
    bounds = np.flatnonzero(np.diff(stream)) + 1
    sets = sorted(np.split(party, bounds), key=lambda p: (-len(p), p.tolist()))
    seen = np.zeros(tables.parties, bool)
    kept = []
    for parties in sets:
        if len(parties) < PARTIES:
            break
        if np.median(busy[parties]) >= BUSY and seen[parties].mean() < 1 - _NEW:
            kept.append(parties)
            seen[parties] = True
    return kept
