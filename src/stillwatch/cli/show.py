"""What the verbs print: text, and tables that are drawn only on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

__all__ = ["table", "text"]


def text(content: str) -> None:
    """Print text as it stands: nothing in it is read as markup, no line is broken."""
    typer.echo(content)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under headers."""
    console = Console()
    if not console.is_terminal:
        for row in (headers, *rows):
            text("\t".join(row))
        return
    drawn = Table(*headers, box=box.SIMPLE_HEAD)
    for row in rows:
        drawn.add_row(*(escape(cell) for cell in row))
    console.print(drawn)
