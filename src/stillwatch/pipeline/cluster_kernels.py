"""What runs on the workers: exchanges of a partition to readings, and the texts of a few.

Readings and what was noted on the way (how many rows were rejected, and why) are rows of one table,
committed together, so the counts are right however often a task was tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.ingest import Mapping as ColumnMapping
from stillwatch.ingest import Redactor
from stillwatch.ingest.canonical import Chunk, Place, conform
from stillwatch.ingest.mapped import apply
from stillwatch.read import read
from stillwatch.schema import READING

__all__ = ["NOTED", "REJECTED", "TEXTS", "PickKernel", "ReadKernel"]

NOTED = pa.schema(
    [
        *(pa.field(f.name, f.type) for f in READING),
        pa.field("note", pa.string()),
        pa.field("noted", pa.int64()),
    ]
)
"""A reading, or (all of it null) what was noted and how many times."""
TEXTS = pa.schema([(name, pa.string()) for name in ("exchange_id", "system_text", "prompt_text")])
REJECTED, _DROPPED = "rejected:", "dropped:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadKernel:
    """Exchanges of a partition to readings and notes; holds the redactor's secret.

    Attributes:
        redactor: Hashes keys and addresses.
        latest: The end of possible times.
        mapping: Which column is which, where they do not bear the contract's names.
    """

    redactor: Redactor
    latest: datetime
    mapping: ColumnMapping | None = None

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """What Spark runs on each partition."""
        for batch in batches:
            exchanges, notes = self.conformed(batch)
            if exchanges.num_rows:
                made = read(exchanges)
                nothing = [pa.nulls(made.num_rows, f.type) for f in list(NOTED)[-2:]]
                yield pa.RecordBatch.from_arrays([*made.columns, *nothing], schema=NOTED)
            if notes:
                yield _notes(notes)

    def conformed(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, Counter[str]]:
        """Canonical, redacted exchanges, and how many times what was rejected or given up."""
        chunk = Chunk(
            columns=dict(zip(batch.schema.names, batch.columns, strict=True)),
            rows=batch.num_rows,
            place=lambda row: Place(file="", row=row),
        )
        if self.mapping is not None:
            chunk = apply(self.mapping, self.redactor.digest)(chunk)
        done = conform(chunk, self.latest)
        notes: Counter[str] = Counter()
        for fault in done.faults:
            rejected = fault.column is None
            name = f"{REJECTED}{fault.reason.value}" if rejected else f"{_DROPPED}{fault.column}"
            notes[name] += len(fault.rows)
        return self.redactor.redact(done.batch), notes


@dataclass(frozen=True, slots=True, kw_only=True)
class PickKernel:
    """The texts of a few exchanges.

    Attributes:
        reading: Knows how a batch becomes exchanges.
        wanted: Ids of the exchanges.
    """

    reading: ReadKernel
    wanted: tuple[str, ...]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """What Spark runs on each partition."""
        ids = pa.array(self.wanted, pa.string())
        for batch in batches:
            exchanges, _ = self.reading.conformed(batch)
            picked = exchanges.filter(pc.is_in(exchanges.column("exchange_id"), ids))
            if picked.num_rows:
                columns = [picked.column(f.name) for f in TEXTS]
                yield pa.RecordBatch.from_arrays(columns, schema=TEXTS)


def _notes(notes: Mapping[str, int]) -> pa.RecordBatch:
    arrays = [pa.nulls(len(notes), f.type) for f in READING]
    arrays += [pa.array(list(notes), pa.string()), pa.array(list(notes.values()), pa.int64())]
    return pa.RecordBatch.from_arrays(arrays, schema=NOTED)
