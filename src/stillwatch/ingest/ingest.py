"""One run of ingest: sources in, redacted canonical batches out, everything else accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import pyarrow as pa

from stillwatch.errors import InputError
from stillwatch.ingest.canonical import Chunk, Place, conform, latest_possible
from stillwatch.ingest.dispatch import Dispatcher
from stillwatch.ingest.importer import DocumentFormat, Found, Reading, TableFormat
from stillwatch.ingest.json_text import read_json
from stillwatch.ingest.mapped import apply
from stillwatch.ingest.mapping import Mapping
from stillwatch.ingest.pairs import BODIES
from stillwatch.ingest.quarantine import Quarantine, Reason
from stillwatch.ingest.redact import Redactor
from stillwatch.ingest.registry import format_named, known_formats
from stillwatch.ingest.source import Source, head_of
from stillwatch.ingest.summary import Summary
from stillwatch.schema import EXCHANGE

__all__ = ["Ingest"]

_LONGEST = 64 << 20
_SMALL = 64 << 20
_HEAD = 1 << 16
_CANNOT = "cannot"


class Ingest:
    """Reads sources into canonical, redacted batches; read once.

    Attributes:
        summary: What became of everything found; complete when `batches` is at its end.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        format: str | None = None,  # noqa: A002 the word that users know from the command line
        mapping: Mapping | None = None,
        redactor: Redactor,
        quarantine: Quarantine,
        batch_rows: int = 65_536,
        longest_line: int = _LONGEST,
        as_of: datetime | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.summary = Summary()
        self._sources = list(sources)
        self._unit = None if format is None else format_named(format)
        self._mapping = mapping
        self._redactor = redactor
        self._quarantine = quarantine
        self._latest = latest_possible(as_of)
        self._progress = on_progress
        only = self._unit if isinstance(self._unit, DocumentFormat) else None
        self._dispatcher = Dispatcher(
            only=only,
            mapping=mapping,
            keyed=redactor.digest,
            summary=self.summary,
            report=self._reject,
        )
        self._reading = Reading(
            batch_rows=batch_rows,
            longest=longest_line,
            columnar=mapping is None and (only is None or only.name == "jsonl"),
            columns=mapping.wanted if mapping is not None else _canonical,
            mapped=None if mapping is None else apply(mapping, redactor.digest),
            unknown=self.summary.unknown_columns.update,
        )

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Batches of the EXCHANGE schema, all columns there, in the order of the sources.

        Raises:
            InputError: Nothing at all could be read; says what was found instead.
        """
        held: list[pa.RecordBatch] = []
        for chunk in self._chunks():
            batch = self._conformed(chunk)
            if batch.num_rows:
                held.append(batch)
            if sum(b.num_rows for b in held) >= self._reading.batch_rows or _bytes(held) >= _SMALL:
                yield self._merged(held)
                held = []
        if held:
            yield self._merged(held)
        self._quarantine.flush()
        if not self.summary.accepted:
            raise self._nothing()

    def _chunks(self) -> Iterator[Chunk]:
        for source in self._sources:
            if source.note and not self._wanted_anyway(source):
                self.summary.skipped[source.path] = source.note
                if source.note.startswith(_CANNOT):
                    place = Place(file=source.path)
                    self._reject(Reason.UNREADABLE_FILE, source.note, place, b"")
                continue
            yield from self._of(source)
            self.summary.files[source.format or "jsonl"] += 1
            self.summary.bytes_read += source.size
        yield from self._dispatcher.drain()

    def _of(self, source: Source) -> Iterator[Chunk]:
        try:
            for found in self._found(source):
                if isinstance(found, Chunk):
                    yield from self._dispatcher.drain()
                    yield found
                    continue
                self._dispatcher.take(found)
                if self._dispatcher.full(self._reading.batch_rows):
                    yield from self._dispatcher.drain()
        except InputError as error:
            self._reject(Reason.TRUNCATED_FILE, error.found, Place(file=source.path), b"")
        except (OSError, pa.ArrowException) as error:
            told = str(error).partition("\n")[0]
            cut = "runcated" in told or "end of" in told.lower()
            reason = Reason.TRUNCATED_FILE if cut else Reason.UNREADABLE_FILE
            detail = f"{told[:200]}; what came before is read"
            self._reject(reason, detail, Place(file=source.path), b"")

    def _found(self, source: Source) -> Iterator[Found]:
        unit = self._unit if isinstance(self._unit, TableFormat) else None
        by_content = known_formats().get(source.format or "")
        table = unit or (by_content if isinstance(by_content, TableFormat) else None)
        if table is None:
            given = source.data
            head = head_of(source.path)[0] if given is None else given[:_HEAD]
            return read_json(source, self._reading, head)
        if self._mapping is None and not _is_canonical(table, source):
            return table.read(source, _as_documents(self._reading))
        return table.read(source, self._reading)

    def _wanted_anyway(self, source: Source) -> bool:
        if source.format is None or source.note.startswith(_CANNOT):
            return False
        table = known_formats()[source.format]
        if self._mapping is not None and isinstance(table, TableFormat):
            return self._mapping.fits(table.columns(source))
        return self._mapping is not None or self._unit is not None

    def _conformed(self, chunk: Chunk) -> pa.RecordBatch:
        done = conform(chunk, self._latest)
        for fault in done.faults:
            raw = chunk.raw or (lambda _: b"")
            if fault.column is not None:
                self.summary.values_dropped[fault.column] += len(fault.rows)
            for row in fault.rows:
                place = chunk.place(row)
                if fault.column is None:
                    self._reject(fault.reason, fault.detail, place, raw(row))
                else:
                    self._keep(fault.reason, fault.detail, place, raw(row))
        return done.batch

    def _merged(self, held: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
        batch = held[0] if len(held) == 1 else pa.concat_batches(held)
        self.summary.accepted += batch.num_rows
        if self._progress is not None:
            self._progress(self.summary.bytes_read, self.summary.accepted)
        return self._redactor.redact(batch)

    def _reject(self, reason: Reason, detail: str, place: Place, raw: bytes | str) -> None:
        self.summary.rejected[reason.value] += 1
        self._keep(reason, detail, place, raw)

    def _keep(self, reason: Reason, detail: str, place: Place, raw: bytes | str) -> None:
        self._quarantine.put(
            place.file, reason, detail, line=place.line, row=place.row, record=raw or None
        )

    def _nothing(self) -> InputError:
        told = "; ".join(self.summary.lines())
        where = self._quarantine.path
        told_there = where is not None and self._quarantine.entries
        kept = f"; {where} says why for each record" if told_there else ""
        message = f"no exchange could be read from {len(self._sources)} files: {told}"
        names = ", ".join(sorted(known_formats()))
        hint = f"name the format (--format: {names}) or give a mapping file (--mapping){kept}"
        return InputError(message, hint=hint)


def _canonical(names: list[str]) -> list[str]:
    return [name for name in names if name in EXCHANGE.names]


def _is_canonical(table: TableFormat, source: Source) -> bool:
    names = set(table.columns(source))
    return bool(names & {"exchange_id", "started_at"}) and BODIES.isdisjoint(names)


def _as_documents(reading: Reading) -> Reading:
    return Reading(
        batch_rows=reading.batch_rows,
        longest=reading.longest,
        columnar=False,
    )


def _bytes(held: Sequence[pa.RecordBatch]) -> int:
    return sum(batch.nbytes for batch in held) if len(held) > 1 else 0
