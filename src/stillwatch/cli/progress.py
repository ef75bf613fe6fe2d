"""How far a run is: stage, rows a second and time left on a terminal, silence elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import (
    Progress as Display,
)
from rich.text import Text

from stillwatch.pipeline.run import Progress

__all__ = ["progress"]


class _Silent:
    def stage(self, name: str, total_bytes: int | None = None) -> None:
        """Say nothing."""

    def advance(self, count_bytes: int = 0, rows: int = 0) -> None:
        """Say nothing."""


class _Rate(ProgressColumn):
    """Rows a second since the stage began."""

    def render(self, task: Task) -> Text:
        rows = task.fields["rows"]
        seconds = task.finished_time or task.elapsed
        return Text(f"{rows / seconds:,.0f} rows/s" if rows and seconds else "")


class _Shown:
    """One line a stage on the terminal."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._task = None if not display.task_ids else display.task_ids[-1]
        self._rows = 0

    def stage(self, name: str, total_bytes: int | None = None) -> None:
        self.close()
        self._rows = 0
        self._task = self._display.add_task(name, total=total_bytes, rows=0)

    def advance(self, count_bytes: int = 0, rows: int = 0) -> None:
        if self._task is None:
            return
        self._rows += rows
        self._display.update(self._task, advance=count_bytes, rows=self._rows)

    def close(self) -> None:
        """Show the current stage as done, however much was announced."""
        if self._task is not None:
            done = self._display.tasks[-1].completed or 1
            self._display.update(self._task, total=done, completed=done)


@contextmanager
def progress(console: Console | None = None) -> Iterator[Progress]:
    """Progress on standard error while the block runs."""
    shown_on = console or Console(stderr=True)
    if not shown_on.is_terminal:
        yield _Silent()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        _Rate(),
        TimeRemainingColumn(compact=True),
    )
    with Display(*columns, console=shown_on) as display:
        shown = _Shown(display)
        yield shown
        shown.close()
