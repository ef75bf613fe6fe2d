"""`stillwatch calibrate`: what a run fits to the traffic, fitted once and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stillwatch.cli.options import (
    Accounts,
    AsOf,
    Format,
    Logs,
    Mapping,
    Releases,
    SettingsFile,
)
from stillwatch.settings import load

__all__ = ["calibrate"]


def calibrate(
    logs: Logs,
    *,
    out: Annotated[Path, typer.Option(help="File for the calibration.", metavar="FILE")] = Path(
        "calibration.json"
    ),
    accounts: Accounts = None,
    releases: Releases = None,
    labels: Annotated[
        Path | None,
        typer.Option(help="Verdicts of analysts (CSV: subject,id,verdict).", metavar="FILE"),
    ] = None,
    false_share: Annotated[
        float | None,
        typer.Option(
            min=0.0, max=1.0,
            help="Share of reported campaigns that may be expected to be false; by default"
            " assess.false_share.",
        ),
    ] = None,
    as_of: AsOf = None,
    format: Format = None,  # noqa: A002 - the option's name
    mapping: Mapping = None,
    settings: SettingsFile = None,
) -> None:  # fmt: skip
    """Fit nulls and thresholds on own traffic, and store them for `detect --calibration`."""
    in_force = load(settings)
    # Late, so that `--help` and a mistyped option do not wait for the numerical libraries.
    from stillwatch.pipeline.calibrate import calibrate as run  # noqa: PLC0415
    from stillwatch.pipeline.calibrate import write_calibration  # noqa: PLC0415

    found = run(
        logs,
        accounts=accounts,
        releases=releases,
        labels=labels,
        false_share=false_share,
        as_of=as_of,
        format=format,
        mapping=mapping,
        settings=in_force,
    )
    write_calibration(found, out)
    on = found.fitted_on
    typer.echo(
        f"fitted on {on.exchanges:,} exchanges of {on.accounts:,} accounts,"
        f" {on.since:%Y-%m-%d} to {on.until:%Y-%m-%d}; campaigns are reported from"
        f" {found.report_at:.2f}"
    )
    if labels is not None:
        typer.echo(
            f"weights from {found.labels['attack']} groups judged attacks and"
            f" {found.labels['honest']} judged honest: "
            + ", ".join(f"{name} {w:.2f}" for name, w in found.weights.items())
        )
    typer.echo(f"calibration: {out}")
    typer.echo(f"next: stillwatch detect … --calibration {out}")
