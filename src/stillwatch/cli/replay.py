"""`stillwatch replay`: the same logs step by step, to see how early a campaign is found."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from stillwatch.cli import show
from stillwatch.cli.options import (
    Accounts,
    AsOf,
    CalibrationFile,
    Format,
    Logs,
    Mapping,
    Out,
    Releases,
    SettingsFile,
)
from stillwatch.cli.progress import progress
from stillwatch.cli.values import duration
from stillwatch.settings import load

__all__ = ["replay"]


def replay(
    logs: Logs,
    *,
    every: Annotated[
        timedelta,
        typer.Option(
            help="Judge after each such step (1h, 30m, 5d).",
            metavar="STEP",
            parser=duration,
            show_default="1h",
        ),
    ] = timedelta(hours=1),
    accounts: Accounts = None,
    releases: Releases = None,
    as_of: AsOf = None,
    out: Out = Path("out"),
    format: Format = None,  # noqa: A002 - the option's name
    mapping: Mapping = None,
    calibration: CalibrationFile = None,
    settings: SettingsFile = None,
) -> None:
    """Run through exchange logs in steps of time and tell when each campaign is first seen."""
    in_force = load(settings)
    # Late, so that `--help` and a mistyped option do not wait for the numerical libraries.
    from stillwatch.pipeline.replay import replay as run  # noqa: PLC0415

    with progress() as shown:
        found = run(
            logs,
            every=every,
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
