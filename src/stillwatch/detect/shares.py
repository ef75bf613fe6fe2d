"""How much do parties differ in their shares of a text: in subjects, in hours, in days?

One-way analysis of variance with the stream as block: each stream's mean is taken out, then the
parties' sums over all streams are compared with the scatter inside them. Pooling matters, because a
recipe that is reworded leaves many streams of an exchange or two a party, none of which says
anything alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.rollup.tables import Tables
from stillwatch.schema import DIMENSIONS
from stillwatch.schema.results import Group

__all__ = ["ASPECTS", "Variance", "by_group", "by_stream"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_LEAST = 1.5  # degrees of freedom: three parties, less what their streams take


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """One thing in which shares can differ.

    Attributes:
        count: Column with how many exchanges are summed.
        sums: Columns of sums, one a dimension.
        square: Column with the sum of squares, or None where each exchange adds `unit`.
        unit: Sum of squares of one exchange, where it is always the same.
        dimensions: How many of them are independent.
    """

    count: str
    sums: tuple[str, ...]
    square: str | None
    unit: float
    dimensions: float


ASPECTS = {
    "subjects": Aspect(
        count="placed",
        sums=tuple(f"s{i:02d}" for i in range(DIMENSIONS)),
        square="square",
        unit=0.0,
        dimensions=8.0,  # of 16 projected ones, measured on chat text
    ),
    "clock": Aspect(
        count="timed",
        sums=("clock_sin", "clock_cos"),
        square=None,
        unit=1e6,
        dimensions=1.0,
    ),
    "days": Aspect(count="timed", sums=("hours",), square="hours_square", unit=0.0, dimensions=1.0),
}
"""What is compared: what the prompts are about, the hour of the day, and when in the window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variance:
    """Mean squares between and within parties, compared; one entry a stream or a group.

    Attributes:
        f: Ratio of the mean squares; NaN where there is nothing to compare.
        n0: Effective exchanges a party.
        between: Degrees of freedom between parties.
        within: Degrees of freedom within them.
    """

    f: Floats
    n0: Floats
    between: Floats
    within: Floats

    @property
    def usable(self) -> npt.NDArray[np.bool_]:
        """Where at least three parties can be compared."""
        known: npt.NDArray[np.bool_] = (
            np.isfinite(self.f) & (self.f > 0) & (self.between >= _LEAST) & (self.within >= _LEAST)
        )
        return known

    @property
    def correlation(self) -> Floats:
        """Moment estimate of the intraclass correlation, 0 (one deck) … 1 (each its own)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            value: Floats = np.clip((self.f - 1) / (self.f - 1 + self.n0), 0.0, 1.0)
        return value


def by_stream(aspect: str, tables: Tables) -> Variance:
    """Compare the parties of every stream, by stream position."""
    return tables.once(_every_stream, aspect)


def by_group(aspect: str, groups: Sequence[Group], tables: Tables) -> Variance:
    """Compare the parties of each group in all of its own streams at once, by group."""
    s = tables.stream_rows["s"].to_numpy()
    own = np.zeros(tables.streams.num_rows, bool)
    row, unit = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for i, group in enumerate(groups):
        mine = tables.by_account.of(group.accounts)
        own[group.streams] = True
        mine = mine[own[s[mine]]]
        own[group.streams] = False
        row.append(mine)
        unit.append(np.full(len(mine), i))
    return _compare(ASPECTS[aspect], np.concatenate(row), np.concatenate(unit), len(groups), tables)


def _every_stream(tables: Tables, aspect: str) -> Variance:
    s = tables.stream_rows["s"].to_numpy()
    return _compare(ASPECTS[aspect], np.arange(len(s)), s, tables.streams.num_rows, tables)


def _compare(aspect: Aspect, row: Index, unit: Index, units: int, tables: Tables) -> Variance:
    """Analysis of variance of each unit's rows of `stream_rows`: parties, with streams as blocks.

    Args:
        aspect: What is compared.
        row: Positions in `stream_rows`; one may stand in several units.
        unit: The unit of each.
        units: How many there are.
        tables: The run's rollups.
    """
    rows = tables.stream_rows
    count = rows[aspect.count].to_numpy()[row].astype(float)
    row, unit, count = row[count > 0], unit[count > 0], count[count > 0]
    block_unit, block = _number(unit, rows["s"].to_numpy()[row])
    cell_unit, cell = _number(unit, tables.party[rows["a"].to_numpy()[row]])
    in_block = np.bincount(block, count, len(block_unit))
    in_cell = np.bincount(cell, count, len(cell_unit))
    square = aspect.unit * count if aspect.square is None else rows[aspect.square].to_numpy()[row]
    total = np.bincount(unit, square, units)
    between = np.zeros(units)
    for name in aspect.sums:
        sums = rows[name].to_numpy()[row].astype(float)
        of_block = np.bincount(block, sums, len(block_unit))
        total -= np.bincount(block_unit, of_block**2 / in_block, units)
        apart = np.bincount(cell, sums - count * (of_block / in_block)[block], len(cell_unit))
        between += np.bincount(cell_unit, apart**2 / in_cell, units)
    # a party's own part in its blocks' means: what is taken out with them
    b, c, both = _crossed(block, cell, count)
    own = np.bincount(c, both**2 / in_block[b], len(cell_unit))
    freedom = np.bincount(cell_unit, 1 - own / in_cell, units)
    reach = np.bincount(cell_unit, (in_cell - own) ** 2 / in_cell, units)
    left = np.bincount(unit, count, units) - np.bincount(block_unit, minlength=units) - freedom
    with np.errstate(divide="ignore", invalid="ignore"):
        f = (between / freedom) / ((total - between) / left)
        n0 = reach / freedom
    return Variance(f=f, n0=n0, between=freedom.astype(float), within=left.astype(float))


def _number(unit: Index, value: Index) -> tuple[Index, Index]:
    """Distinct pairs of a unit and a value: the unit of each pair, and the pair of each row."""
    width = int(value.max()) + 1 if len(value) else 1
    codes, number = np.unique(unit * width + value, return_inverse=True)
    return codes // width, number.astype(np.int64)


def _crossed(block: Index, cell: Index, count: Floats) -> tuple[Index, Index, Floats]:
    """Distinct pairs of block and cell, with how many exchanges they have in common."""
    width = int(cell.max()) + 1 if len(cell) else 1
    codes, number = np.unique(block * width + cell, return_inverse=True)
    return codes // width, codes % width, np.bincount(number, count, len(codes)).astype(float)
