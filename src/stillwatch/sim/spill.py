"""Planned rows kept on disk by time, so that memory holds a slot of plan and a block of text."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stillwatch.sim.plan import ROW, Table
from stillwatch.sim.who.people import DAY

__all__ = ["Spill"]

_SLOT_ROWS = 600_000
_MOST_SLOTS = 24


class Spill:
    """A folder with a file of plan rows for each slot: a day, or part of one in a large world.

    Args:
        folder: Where; made here, removed by `close`.
        window: Start and end, microseconds; rows outside are dropped.
        exchanges: About how many rows will come.
    """

    def __init__(self, folder: Path, window: tuple[int, int], exchanges: int) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._window = window
        days = max(1, (window[1] - window[0]) // DAY)
        slots = -(-exchanges // (days * _SLOT_ROWS))
        self._length = DAY // min(max(slots, 1), _MOST_SLOTS)

    def add(self, rows: Table) -> Table:
        """Append rows to their slots; the rows that lie in the window."""
        first, last = self._window
        rows = rows[(rows["at"] >= first) & (rows["at"] < last)]
        slot = (rows["at"] - first) // self._length
        order = np.argsort(slot, kind="stable")
        rows, slot = rows[order], slot[order]
        for number in np.unique(slot):
            left, right = np.searchsorted(slot, [number, number + 1])
            with self._path(int(number)).open("ab") as file:
                file.write(rows[left:right].tobytes())
        return rows

    def slots(self) -> list[int]:
        """Numbers of the slots that have rows, by time."""
        return sorted(int(p.stem) for p in self._folder.glob("*.plan"))

    def read(self, slot: int) -> Table:
        """The rows of a slot, by time."""
        rows: Table = np.fromfile(self._path(slot), ROW)
        order = np.lexsort((rows["uid"], rows["at"]))
        return rows[order]

    def close(self) -> None:
        """Remove the folder."""
        for path in self._folder.glob("*.plan"):
            path.unlink()
        self._folder.rmdir()

    def _path(self, slot: int) -> Path:
        return self._folder / f"{slot}.plan"
