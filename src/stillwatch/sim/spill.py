"""Planned rows kept on disk by day, so that memory holds one day of plan and one block of text."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stillwatch.sim.plan import ROW, Table
from stillwatch.sim.who.people import DAY

__all__ = ["Spill"]


class Spill:
    """A folder with a file of plan rows for each day.

    Args:
        folder: Where; made here, removed by `close`.
        window: Start and end, microseconds; rows outside are dropped.
    """

    def __init__(self, folder: Path, window: tuple[int, int]) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._window = window

    def add(self, rows: Table) -> Table:
        """Append rows to their days; the rows that lie in the window."""
        first, last = self._window
        rows = rows[(rows["at"] >= first) & (rows["at"] < last)]
        day = (rows["at"] - first) // DAY
        order = np.argsort(day, kind="stable")
        rows, day = rows[order], day[order]
        for number in np.unique(day):
            left, right = np.searchsorted(day, [number, number + 1])
            with self._path(int(number)).open("ab") as file:
                file.write(rows[left:right].tobytes())
        return rows

    def days(self) -> list[int]:
        """Numbers of the days that have rows."""
        return sorted(int(p.stem) for p in self._folder.glob("*.plan"))

    def read(self, day: int) -> Table:
        """The rows of a day, by time."""
        rows: Table = np.fromfile(self._path(day), ROW)
        order = np.lexsort((rows["uid"], rows["at"]))
        return rows[order]

    def close(self) -> None:
        """Remove the folder."""
        for path in self._folder.glob("*.plan"):
            path.unlink()
        self._folder.rmdir()

    def _path(self, day: int) -> Path:
        return self._folder / f"{day}.plan"
