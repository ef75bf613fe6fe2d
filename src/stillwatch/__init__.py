"""Finds the accounts that together distil a language model, and shows why.

The flow, in reading order: `ingest` turns any log into exchanges, `read` turns text into numbers,
`rollup` adds them up, `detect` says what the sums show, `link` ties accounts, `campaign` forms
groups of those who take part, `assess` weighs the evidence, `respond` recommends, `report` shows.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pathlib import Path

from stillwatch.pipeline.run import Logs, Progress, Run, Side
from stillwatch.settings import EngineName, Settings

__all__ = ["Run", "Settings", "__version__", "detect"]

__version__ = "0.1.0"

# A stage bears the verb's name. It is imported first and never bound again, so the verb keeps the
# name: `stillwatch.detect` is the function, and `from stillwatch.detect.base import …` still works.
import_module("stillwatch.detect")


def detect(
    logs: Logs,
    *,
    accounts: Side = None,
    releases: Side = None,
    as_of: datetime | str | None = None,
    out: str | Path | None = None,
    format: str | None = None,  # noqa: A002 - the word that users know from the command line
    mapping: str | Path | None = None,
    settings: Settings | None = None,
    calibration: str | Path | None = None,
    progress: Progress | None = None,
    engine: EngineName = "duckdb",
    table: str | None = None,
) -> Run:
    """Find the campaigns in logs.

    Args:
        logs: A file, folder, glob, `-`, several of them, or a table of schema EXCHANGE (Arrow,
            Polars, pandas).
        accounts: File or table of schema ACCOUNT; without it identity evidence is silent.
        releases: File or table of schema MODEL_RELEASE.
        as_of: The moment of the run (also as ISO 8601 text), UTC where it names no offset; later
            exchanges are ignored. Default: after the last one.
        out: Folder for the results; None keeps them in memory.
        format: Name of the log format, where it should not be recognised.
        mapping: Mapping file, or the name of one that comes along.
        settings: What an operator may set; `stillwatch.settings.load` reads a file.
        calibration: File of `stillwatch calibrate`; None fits nulls to these logs.
        progress: Whom to tell how far the run is.
        engine: Where the work runs: `duckdb` in this process, `spark` in the active Spark session.
        table: A table that the Spark session knows, instead of `logs` (which is then `()`).

    Raises:
        stillwatch.errors.Error: What a person can mend: logs, tables, settings, the folder.
    """
    # Here, not above: the numerical libraries load when they are used.
    from stillwatch.pipeline.batch import detect as run  # noqa: PLC0415

    return run(
        logs,
        accounts=accounts,
        releases=releases,
        as_of=as_of,
        out=out,
        format=format,
        mapping=mapping,
        settings=settings,
        calibration=calibration,
        progress=progress,
        engine=engine,
        table=table,
    )
