"""`stillwatch explain`: why a campaign or an account stands in a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import orjson
import typer

from stillwatch.cli import show
from stillwatch.errors import NotFoundError, OutputError
from stillwatch.schema.report import Report

__all__ = ["explain"]


def explain(
    folder: Annotated[
        Path, typer.Argument(help="Folder that `stillwatch detect` wrote.", metavar="DIR")
    ],
    subject: Annotated[str, typer.Argument(help="A campaign's id or an account's id.")],
) -> None:
    """Show the evidence for a campaign or an account, bit by bit."""
    report = _report(folder)
    from stillwatch.report.text import explain as told  # noqa: PLC0415 - `--help` does not wait
    from stillwatch.report.text import unreported  # noqa: PLC0415

    try:
        show.text(told(report, subject))
    except NotFoundError:
        row = _assessed(folder, subject)
        if row is None:
            raise
        show.text(unreported(row, report))


def _assessed(folder: Path, account: str) -> dict[str, object] | None:
    """The row of an account that is in no reported campaign, where it has any evidence."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - `--help` does not wait for it

    from stillwatch.pipeline.write import current  # noqa: PLC0415

    path = current(folder, "accounts.parquet")
    if not path.is_file():
        return None
    rows: list[dict[str, object]] = pq.read_table(
        path, filters=[("account_id", "==", account)]
    ).to_pylist()
    return rows[0] if rows else None


def _report(folder: Path) -> Report:
    from stillwatch.pipeline.write import current  # noqa: PLC0415 - `--help` does not wait for it

    path = current(folder, "report.json")
    if not path.is_file():
        message = f"{str(folder)!r} holds no report.json"
        raise NotFoundError(message, hint="name the folder that `stillwatch detect --out` wrote")
    try:
        found = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as fault:
        message = f"{str(path)!r} is not JSON: {fault}"
        raise OutputError(message, hint="run `stillwatch detect` again") from fault
    if not isinstance(found, dict):
        message = f"{str(path)!r} is not a report: it must hold one JSON object"
        raise OutputError(message, hint="run `stillwatch detect` again")
    return cast("Report", found)  # the report's own reader meets what is missing
