"""What the verbs print: text, and tables that are drawn only on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from stillwatch.pipeline.run import Run

__all__ = ["found", "table", "text"]

_NOTES = 8


def text(content: str) -> None:
    """Print text as it stands: nothing in it is read as markup, no line is broken."""
    typer.echo(content)


def found(run: Run, out: Path) -> None:
    """Print the overview of a run and where its results are; what was not taken goes to stderr."""
    from stillwatch.report.text import overview  # noqa: PLC0415 - `--help` does not wait for it

    shown = [*run.notes[:_NOTES]]
    if len(run.notes) > _NOTES:
        shown.append(f"… and {len(run.notes) - _NOTES:,} lines more; report.json has them all")
    kept = out / "quarantine.jsonl"
    if run.report["traffic"]["rejected"] and kept.exists():  # a cluster keeps the counts alone
        shown.append(f"each with its reason: {kept}")
    for line in shown:
        typer.echo(f"stillwatch: {line}", err=True)
    text(overview(run.report))
    text(f"report: {out / 'report.html'}")
    text(f"tables: {out / '*.parquet'}")


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
