"""Results on disk: all files of a run change together, or none does.

The files are first written whole into a staging folder inside the target; then a marker is put in
place, the files are renamed over the old ones, and the marker goes. A run that is killed before the
marker leaves the old results whole; one that is killed after it is finished by whoever comes next.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.errors import OutputError
from stillwatch.pipeline.run import Run
from stillwatch.report import write_report

__all__ = ["TABLES", "current", "prepare", "recover", "write"]

TABLES = ("campaigns", "members", "accounts", "evidence")
"""The tables of a run, each a Parquet file of that name."""
_STAGING = ".staging"
_READY = ".ready"


def prepare(folder: Path) -> None:
    """Make the folder and finish what a killed run left, before hours are spent on a run.

    Raises:
        OutputError: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        recover(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _unwritable(folder, error) from error


def write(run: Run, folder: Path, *, members_shown: int) -> None:
    """Write every file of the run into `folder`.

    Args:
        run: What to write.
        folder: Where.
        members_shown: Members of a campaign that the page lists before it is asked for all.

    Raises:
        OutputError: The folder cannot be written.
    """
    try:
        prepare(folder)
        staging = folder / _STAGING
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        for name in TABLES:
            table: pa.Table = getattr(run, name)
            pq.write_table(table, staging / f"{name}.parquet", compression="zstd")
        write_report(run.report, staging, members_shown=members_shown)
        (folder / _READY).touch()
        recover(folder)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> OutputError:
    message = f"cannot write the results to {str(folder)!r}: {error.strerror or error}"
    return OutputError(message, hint="choose a folder that can be written with --out")


def recover(folder: Path) -> None:
    """Finish what a killed run had ready, or forget what it had not."""
    staging = folder / _STAGING
    if (folder / _READY).exists():
        for path in sorted(staging.iterdir()) if staging.exists() else []:
            path.replace(folder / path.name)
        (folder / _READY).unlink()
    if staging.exists():
        shutil.rmtree(staging, ignore_errors=True)


def current(folder: Path, name: str) -> Path:
    """Where a file of the last whole run lies, even where that run was killed while renaming.

    Changes nothing, so that reading needs no right to write and disturbs no run.
    """
    staged = folder / _STAGING / name
    return staged if (folder / _READY).exists() and staged.exists() else folder / name
