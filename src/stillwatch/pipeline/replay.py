"""The same run with a fine look back: when would each campaign first have been seen?"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from stillwatch.pipeline import batch
from stillwatch.pipeline.run import Logs, Progress, Run, Side
from stillwatch.settings import Settings

__all__ = ["replay"]


def replay(
    logs: Logs,
    *,
    every: timedelta,
    accounts: Side = None,
    releases: Side = None,
    as_of: datetime | None = None,
    out: str | Path | None = None,
    format: str | None = None,  # noqa: A002 - the word that users know from the command line
    mapping: str | Path | None = None,
    settings: Settings | None = None,
    calibration: str | Path | None = None,
    progress: Progress | None = None,
) -> Run:
    """As `batch.detect`, with `detected_at` of every campaign found in steps of `every`."""
    return batch.detect(
        logs,
        every=every,
        accounts=accounts,
        releases=releases,
        as_of=as_of,
        out=out,
        format=format,
        mapping=mapping,
        settings=settings,
        calibration=calibration,
        progress=progress,
    )
