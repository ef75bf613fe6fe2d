"""Results on disk: all files of a run change together, or none does.

The files are first written whole into a staging folder inside the target; then a marker is put in
place, the files are renamed over the old ones, and the marker goes. A run that is killed before the
marker leaves the old results whole; one that is killed after it is finished by whoever comes next.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.errors import OutputError
from stillwatch.pipeline.run import Run
from stillwatch.report import write_report

__all__ = ["TABLES", "recover", "write"]

TABLES = ("campaigns", "members", "accounts", "evidence")
"""The tables of a run, each a Parquet file of that name."""
_STAGING = ".staging"
_READY = ".ready"


def write(run: Run, folder: Path) -> None:
    """Write every file of the run into `folder`.

    Raises:
        OutputError: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        recover(folder)
        staging = folder / _STAGING
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        for name in TABLES:
            table: pa.Table = getattr(run, name)
            pq.write_table(table, staging / f"{name}.parquet", compression="zstd")
        write_report(run.report, staging)
        (folder / _READY).touch()
        recover(folder)
    except OSError as error:
        message = f"cannot write the results to {str(folder)!r}: {error.strerror or error}"
        raise OutputError(message, hint="choose a folder that can be written with --out") from error


def recover(folder: Path) -> None:
    """Finish what a killed run had ready, or forget what it had not."""
    staging = folder / _STAGING
    if (folder / _READY).exists():
        for path in sorted(staging.iterdir()) if staging.exists() else []:
            path.replace(folder / path.name)
        (folder / _READY).unlink()
    if staging.exists():
        shutil.rmtree(staging, ignore_errors=True)
