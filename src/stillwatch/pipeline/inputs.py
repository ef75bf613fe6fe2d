"""What a run was pointed at: files or a table, accounts, releases, and the redactor between."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import platformdirs
import pyarrow as pa

from stillwatch.engine import Engine
from stillwatch.errors import SchemaError
from stillwatch.ingest import (
    Ingest,
    Quarantine,
    Redactor,
    Summary,
    load_mapping,
    read_accounts,
    read_releases,
    sources,
)
from stillwatch.ingest.canonical import Chunk, Conformed, Place, conform, latest_possible
from stillwatch.pipeline.fold import spool
from stillwatch.pipeline.run import Logs, Side
from stillwatch.schema import ACCOUNT, EXCHANGE, MODEL_RELEASE
from stillwatch.settings import Settings

__all__ = [
    "Inputs",
    "as_table",
    "open_inputs",
    "paths_of",
    "redactor_of",
    "side_tables",
    "state_folder",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Opened inputs of one run.

    Attributes:
        names: What was given, for the report.
        total_bytes: Size of the files, None where nobody can know.
        spool: Makes `raw_reading` in an engine out of the exchanges; returns how many there are.
        again: Reads at least the exchanges of these ids once more, canonical and redacted; None
            where the logs can be read a single time (standard input).
        summary: What became of the records; complete when the first reading is.
        accounts: Redacted account table, or None.
        releases: Release table, or None.
        batches: Reads the exchanges in this process; nothing where a cluster reads them.
    """

    names: tuple[str, ...]
    total_bytes: int | None
    spool: Callable[[Engine], int]
    again: Callable[[set[str]], Iterable[pa.RecordBatch]] | None
    summary: Summary
    accounts: pa.Table | None
    releases: pa.Table | None
    batches: Callable[[], Iterable[pa.RecordBatch]] = tuple


def state_folder() -> Path:
    """Where this user's programs keep the state of the installation."""
    return platformdirs.user_state_path("stillwatch")


def open_inputs(
    logs: Logs,
    *,
    accounts: Side,
    releases: Side,
    out: Path | None,
    format: str | None,  # noqa: A002 - the word that users know from the command line
    mapping: str | Path | None,
    as_of: datetime | None,
    settings: Settings,
    on_progress: Callable[[int, int], None] | None = None,
) -> Inputs:
    """Find the logs, read the side tables, and prepare redaction.

    Raises:
        InputError: The side tables cannot be read.
        SchemaError: A table that was handed over lacks a required column.
    """
    redactor = redactor_of(settings)
    known, launched = side_tables(accounts, releases, redactor)
    threads = settings.read.threads or os.cpu_count() or 1
    if isinstance(logs, pa.Table):
        held = _Table(_conform(logs, EXCHANGE), redactor, as_of, settings.ingest.batch_rows)
        return Inputs(
            names=("(table)",),
            total_bytes=None,
            spool=lambda engine: spool(engine, held.batches(), threads=threads),
            again=lambda _: held.batches(),
            summary=held.summary,
            accounts=known,
            releases=launched,
            batches=held.batches,
        )
    paths = paths_of(logs)
    found = sources(paths, leave_out=out)
    make = partial(
        Ingest,
        found,
        format=format,
        mapping=None if mapping is None else load_mapping(mapping),
        redactor=redactor,
        batch_rows=settings.ingest.batch_rows,
        longest_line=settings.ingest.line_limit_bytes,
        as_of=as_of,
    )
    reader = _Reader(make, None if out is None else out / "quarantine.jsonl", on_progress)
    return Inputs(
        names=tuple(sorted(str(p) for p in paths)),
        total_bytes=sum(s.size for s in found) or None,
        spool=lambda engine: spool(engine, reader.batches(), threads=threads),
        again=None if "-" in map(str, paths) else lambda _: reader.batches(),
        summary=reader.summary,
        accounts=known,
        releases=launched,
        batches=reader.batches,
    )


def redactor_of(settings: Settings) -> Redactor:
    """The redactor of this installation."""
    return Redactor.from_state(state_folder(), keep_addresses=settings.ingest.keep_addresses)


def side_tables(
    accounts: Side, releases: Side, redactor: Redactor
) -> tuple[pa.Table | None, pa.Table | None]:
    """The account table, redacted, and the releases; None where none was given."""
    known = _side(accounts, ACCOUNT, read_accounts)
    known = None if known is None else redactor.redact_accounts(known)
    return known, _side(releases, MODEL_RELEASE, read_releases)


class _Table:
    """Reads a table that was handed over; the first time counts what cannot be an exchange."""

    def __init__(
        self, table: pa.Table, redactor: Redactor, as_of: datetime | None, rows: int
    ) -> None:
        self.summary = Summary()
        self._table, self._redactor, self._rows = table, redactor, rows
        self._latest = latest_possible(as_of)
        self._counted = False

    def batches(self) -> Iterator[pa.RecordBatch]:
        first, self._counted = not self._counted, True
        for batch in self._table.to_batches(self._rows):
            chunk = Chunk(
                columns=dict(zip(batch.schema.names, batch.columns, strict=True)),
                rows=batch.num_rows,
                place=lambda row: Place(file="(table)", row=row + 1),
            )
            done = conform(chunk, self._latest)
            if first:
                self._count(done)
            yield self._redactor.redact(done.batch)

    def _count(self, done: Conformed) -> None:
        self.summary.accepted += done.batch.num_rows
        for fault in done.faults:
            if fault.column is None:
                self.summary.rejected[fault.reason.value] += len(fault.rows)
            else:
                self.summary.values_dropped[fault.column] += len(fault.rows)


class _Reader:
    """Reads the files; the first time keeps rejects and counts, later times only reads."""

    def __init__(
        self,
        make: Callable[..., Ingest],
        quarantine: Path | None,
        on_progress: Callable[[int, int], None] | None,
    ) -> None:
        self._make = make
        self._quarantine = Quarantine(quarantine)
        self._first = make(quarantine=self._quarantine, on_progress=on_progress)
        self._read = False
        self.summary = self._first.summary

    def batches(self) -> Iterator[pa.RecordBatch]:
        if self._read:
            yield from self._make(quarantine=Quarantine(None)).batches()
            return
        self._read = True
        with self._quarantine:
            yield from self._first.batches()


def _side(
    given: Side, schema: pa.Schema, read: Callable[[str | Path], pa.Table]
) -> pa.Table | None:
    if given is None:
        return None
    if isinstance(given, str | Path):
        return read(given)
    table = as_table(given)
    return None if table is None else _conform(table, schema)


def paths_of(logs: Logs) -> list[str | Path]:
    """The paths that logs are given by.

    Raises:
        SchemaError: They are given as something else.
    """
    if isinstance(logs, str | Path):
        return [logs]
    if isinstance(logs, Sequence):
        return list(logs)
    message = f"a {type(logs).__name__} is neither a path nor a table"
    raise SchemaError(message, hint="give files, a folder, or an Arrow, Polars or pandas table")


def as_table(given: object) -> pa.Table | None:
    """A table of Arrow, Polars, pandas or whoever speaks Arrow's C stream; None for all else."""
    if isinstance(given, pa.Table):
        return given
    return pa.table(given) if hasattr(given, "__arrow_c_stream__") else None


def _conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with the contract's columns, in its order and types; absent ones are null."""
    lacking = [f.name for f in schema if not f.nullable and f.name not in table.column_names]
    if lacking:
        message = f"the table lacks required columns: {', '.join(lacking)}"
        raise SchemaError(
            message, hint="rename your columns, or use a mapping file with logs on disk"
        )
    try:
        columns = [
            table[f.name].cast(f.type)
            if f.name in table.column_names
            else pa.nulls(table.num_rows, f.type)
            for f in schema
        ]
    except pa.ArrowInvalid as error:
        message = f"a column of the table has the wrong type: {error}"
        raise SchemaError(message, hint="see docs/reference/tables.md for the types") from error
    return pa.table(dict(zip(schema.names, columns, strict=True)), schema=schema)
