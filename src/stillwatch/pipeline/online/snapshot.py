"""A copy of a history as it stands at one moment, taken without asking its writer."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from stillwatch.errors import InputError
from stillwatch.pipeline.online import manifest as committed
from stillwatch.pipeline.online.journal import journalled
from stillwatch.pipeline.online.manifest import Manifest
from stillwatch.pipeline.online.segments import journal_path, segment_path, write_segment
from stillwatch.schema import READING

__all__ = ["JOURNAL", "snapshot"]

JOURNAL = "journal.parquet"
"""Name of the file in a copy that holds what is not sealed yet."""

_TRIES = 20


def snapshot(folder: Path, into: Path) -> Manifest:
    """Put the readings of the history in `folder` into the empty folder `into`.

    Segments are linked, not copied; what the journal holds is written out. The writer may seal and
    remove files meanwhile: then the copy is begun anew.

    Returns:
        The manifest that the copy follows.

    Raises:
        InputError: The history changes faster than it can be copied.
    """
    for _ in range(_TRIES):
        found = committed.load(folder)
        try:
            _copy(folder, into, found)
        except FileNotFoundError:
            for path in into.glob("*.parquet"):
                path.unlink()
            continue
        return found
    message = f"the history in {str(folder)!r} changes too fast to be read"
    raise InputError(message, hint="raise online.segment_exchanges")


def _copy(folder: Path, into: Path, manifest: Manifest) -> None:
    for segment in manifest.segments:
        source = segment_path(folder, segment.name)
        try:
            (into / segment.name).hardlink_to(source)
        except FileNotFoundError:
            raise
        except OSError:  # another file system, or one without links
            (into / segment.name).write_bytes(source.read_bytes())
    path = journal_path(folder, manifest.number)
    batches = list(journalled(path, READING)) if manifest.number or path.exists() else []
    table = pa.Table.from_batches(batches, READING)
    if table.num_rows or not manifest.segments:
        write_segment(into / JOURNAL, table)
