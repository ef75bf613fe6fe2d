"""Sealed files of readings: written whole, thinned into another, removed when none counts."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.errors import OutputError
from stillwatch.pipeline.online.journal import as_contract, sync_folder
from stillwatch.pipeline.online.manifest import Manifest, Segment
from stillwatch.pipeline.online.sampling import kept
from stillwatch.schema import READING

__all__ = [
    "digests_of",
    "journal_path",
    "remove_strays",
    "segment_path",
    "thin",
    "write_segment",
]

_TEXT = [f.name for f in READING if pa.types.is_string(f.type)]  # digests hardly repeat
_RANGED = ["started_at"]


def journal_path(folder: Path, number: int) -> Path:
    """Where a journal lies."""
    return folder / f"journal-{number:08d}"


def segment_path(folder: Path, name: str) -> Path:
    """Where a segment lies."""
    return folder / "segments" / name


def write_segment(path: Path, table: pa.Table) -> None:
    """Write a segment; when this returns it is on the disk, though not yet part of the history.

    Raises:
        OutputError: The disk refuses.
    """
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            pq.write_table(
                table,
                file,
                compression="lz4",
                use_dictionary=_TEXT,
                write_statistics=["started_at"],
            )
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as error:
        message = f"cannot write the segment {str(path)!r}: {error.strerror or error}"
        raise OutputError(message, hint="make room or repair the disk") from error


def digests_of(path: Path) -> npt.NDArray[np.int64]:
    """The digests of the exchanges in a segment."""
    found: npt.NDArray[np.int64] = pq.read_table(path, columns=["exchange"])["exchange"].to_numpy()
    return found


def thin(folder: Path, segment: Segment, rate: float) -> Segment:
    """Write what `rate` keeps of a segment as a new one; the old one stays until it is a stray."""
    table = pq.read_table(segment_path(folder, segment.name))
    rows = kept(table["exchange"].to_numpy(), rate)
    left = table.filter(pa.array(rows))
    stated = np.asarray(left["sample_rate"].combine_chunks().fill_null(1.0))
    at = left.schema.get_field_index("sample_rate")
    left = left.set_column(at, left.schema.field(at), pa.array(stated * (rate / segment.rate)))
    batches = [as_contract(batch, READING) for batch in left.to_batches()]
    stem = segment.name.partition(".")[0].partition("-")[0]
    name = f"{stem}-{round(1 / rate)}.parquet"
    write_segment(segment_path(folder, name), pa.Table.from_batches(batches, READING))
    return replace(segment, name=name, rows=left.num_rows, rate=rate)


def remove_strays(folder: Path, manifest: Manifest) -> None:
    """Remove what the manifest does not name: leftovers of a crash, or of what was replaced."""
    named = {segment.name for segment in manifest.segments}
    inside = folder / "segments"
    for path in inside.iterdir() if inside.exists() else ():
        if path.name not in named:
            path.unlink(missing_ok=True)
    for path in folder.glob("journal-*"):
        if int(path.name.partition("-")[2]) < manifest.number:
            path.unlink(missing_ok=True)
    for path in folder.glob(".*.new"):
        path.unlink(missing_ok=True)
