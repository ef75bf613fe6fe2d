"""Progress is shown on a terminal and nowhere else."""

from __future__ import annotations

import io

from rich.console import Console

from stillwatch.cli import show
from stillwatch.cli.progress import progress


def _console(*, terminal: bool) -> tuple[Console, io.StringIO]:
    written = io.StringIO()
    return Console(file=written, force_terminal=terminal, width=100), written


def test_nothing_is_written_where_there_is_no_terminal() -> None:
    console, written = _console(terminal=False)
    with progress(console) as shown:
        shown.stage("read", 100)
        shown.advance(50, 10)
    assert written.getvalue() == ""


def test_a_terminal_sees_every_stage_and_its_rate() -> None:
    console, written = _console(terminal=True)
    with progress(console) as shown:
        shown.advance(1, 1)
        shown.stage("ingest", 100)
        shown.advance(100, 2_000)
        shown.stage("link")
        shown.advance(rows=5)
    drawn = written.getvalue()
    assert "ingest" in drawn
    assert "link" in drawn
    assert "rows/s" in drawn


def test_text_is_printed_as_it_stands(capsys: object) -> None:
    line = "[bold]not markup[/bold] " + "word " * 60
    show.text(line)
    assert capsys.readouterr().out == f"{line}\n"
