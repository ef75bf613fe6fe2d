"""`stillwatch detect`: logs in, report out."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli import show
from stillwatch.cli.options import (
    Accounts,
    AsOf,
    CalibrationFile,
    Engine,
    Format,
    LogsOrTable,
    Mapping,
    Out,
    Releases,
    SettingsFile,
    Table,
)
from stillwatch.cli.progress import progress
from stillwatch.errors import InputError
from stillwatch.settings import load

__all__ = ["detect"]


def detect(
    logs: LogsOrTable = None,
    *,
    engine: Engine = "duckdb",
    table: Table = None,
    accounts: Accounts = None,
    releases: Releases = None,
    as_of: AsOf = None,
    out: Out = Path("out"),
    format: Format = None,  # noqa: A002 - the option's name
    mapping: Mapping = None,
    calibration: CalibrationFile = None,
    settings: SettingsFile = None,
) -> None:
    """Find the campaigns in exchange logs and write a report."""
    if not logs and table is None:
        message = "no logs are named"
        raise InputError(message, hint="give files or folders, or --engine spark with --table")
    in_force = load(settings)
    # Late, so that `--help` and a mistyped option do not wait for the numerical libraries.
    from stillwatch.pipeline.batch import detect as run  # noqa: PLC0415

    with progress() as shown:
        found = run(
            logs or (),
            engine=engine,
            table=table,
            accounts=accounts,
            releases=releases,
            as_of=as_of,
            out=out,
            format=format,
            mapping=mapping,
            calibration=calibration,
            settings=in_force,
            progress=shown,
        )
    show.found(found, out)
