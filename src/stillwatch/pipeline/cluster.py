"""Logs that a cluster reads: the text kernels run where the rows are, only readings are kept.

The kernel tells what it rejected in rows of its own, beside the readings and committed with them,
so the counts are right however often a task was tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.engine.base import Engine
from stillwatch.engine.spark import Source, Spark
from stillwatch.errors import InputError
from stillwatch.ingest import Mapping as ColumnMapping
from stillwatch.ingest import Redactor, Summary
from stillwatch.ingest.canonical import Chunk, Place, conform
from stillwatch.ingest.mapped import apply
from stillwatch.read import read
from stillwatch.schema import EXCHANGE, READING

__all__ = ["ClusterLogs", "ReadKernel"]

_NOTED = pa.schema(
    [
        *(pa.field(f.name, f.type) for f in READING),
        pa.field("note", pa.string()),
        pa.field("noted", pa.int64()),
    ]
)
"""A reading, or (all of it null) what was noted and how many times."""
_TEXTS = pa.schema([(name, pa.string()) for name in ("exchange_id", "system_text", "prompt_text")])
_NEEDED = {"started_at", "account_id", *_TEXTS.names}
_NOTED_TABLE = "noted_reading"
_REJECTED, _DROPPED = "rejected:", "dropped:"


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
                nothing = [pa.nulls(made.num_rows, f.type) for f in list(_NOTED)[-2:]]
                yield pa.RecordBatch.from_arrays([*made.columns, *nothing], schema=_NOTED)
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
            name = f"{_REJECTED}{fault.reason.value}" if rejected else f"{_DROPPED}{fault.column}"
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
                columns = [picked.column(f.name) for f in _TEXTS]
                yield pa.RecordBatch.from_arrays(columns, schema=_TEXTS)


class ClusterLogs:
    """A table or Parquet files as a cluster reads them.

    Attributes:
        summary: What became of the records; complete after `spool`.
    """

    def __init__(
        self, engine: Spark, source: Source, kernel: ReadKernel, *, keep: str | None = None
    ) -> None:
        self._engine = engine
        self._source = source
        self._kernel = kernel
        self._keep = keep
        self.summary = Summary()
        names = engine.columns(source)
        self._columns = (
            kernel.mapping.wanted(names)
            if kernel.mapping is not None
            else [name for name in names if name in EXCHANGE.names]
        )
        lacking = [f.name for f in EXCHANGE if not f.nullable and f.name not in self._columns]
        if lacking and kernel.mapping is None:
            message = f"{source.name} has no column {', '.join(lacking)}; it has {', '.join(names)}"
            raise InputError(message, hint="say which column is which with --mapping")

    def spool(self, engine: Engine) -> int:
        """Make `raw_reading` on the cluster; returns the number of rows."""
        self._engine.map(_NOTED_TABLE, self._source, self._columns, self._kernel, _NOTED)
        columns = ", ".join(READING.names)
        engine.view("raw_reading", f"SELECT {columns} FROM {_NOTED_TABLE} WHERE note IS NULL")
        counted = engine.fetch(
            f"""SELECT note, CAST(sum(coalesce(noted, 1)) AS BIGINT) AS n FROM {_NOTED_TABLE}
                GROUP BY note ORDER BY note"""
        )
        counts = dict(zip(counted["note"].to_pylist(), counted["n"].to_pylist(), strict=True))
        self.summary.accepted = counts.pop(None, 0)
        for name, n in counts.items():
            kind, _, what = name.partition(":")
            into = self.summary.rejected if f"{kind}:" == _REJECTED else self.summary.values_dropped
            into[what] += n
        return self.summary.accepted

    def texts(self, wanted: Iterable[str]) -> list[pa.RecordBatch]:
        """The texts of these exchanges; only they leave the workers, and nothing is written."""
        picking = PickKernel(reading=self._kernel, wanted=tuple(sorted(wanted)))
        columns = self._columns
        if self._kernel.mapping is None:
            columns = [name for name in columns if name in _NEEDED]
        found: list[pa.RecordBatch] = self._engine.collect(
            self._source, columns, picking, _TEXTS
        ).to_batches()
        return found


def _notes(notes: Mapping[str, int]) -> pa.RecordBatch:
    arrays = [pa.nulls(len(notes), f.type) for f in READING]
    arrays += [pa.array(list(notes), pa.string()), pa.array(list(notes.values()), pa.int64())]
    return pa.RecordBatch.from_arrays(arrays, schema=_NOTED)
