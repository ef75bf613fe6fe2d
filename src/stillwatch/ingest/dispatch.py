"""Sends each document to the importer that knows it and gathers the exchanges that come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from stillwatch.ingest.canonical import Chunk, Place, chunk_of
from stillwatch.ingest.importer import Document, DocumentFormat, NotExchange, Outcome, Rejected
from stillwatch.ingest.mapping import Mapping as ColumnMapping
from stillwatch.ingest.parts import Digest
from stillwatch.ingest.quarantine import Reason
from stillwatch.ingest.registry import document_formats
from stillwatch.ingest.summary import Summary
from stillwatch.schema import EXCHANGE

__all__ = ["Dispatcher"]

_FULL_BYTES = 64 << 20
_FAULTS = (
    TypeError,
    ValueError,
    KeyError,
    AttributeError,
    IndexError,
    RecursionError,
    OverflowError,
)
Report = Callable[[Reason, str, Place, bytes], None]


class Dispatcher:
    """Holds exchanges out of documents until there are enough for a batch.

    Attributes:
        only: The one format to read documents as; None to recognise each.
        mapping: Reads documents by a mapping instead; None without one.
    """

    def __init__(
        self,
        *,
        only: DocumentFormat | None,
        mapping: ColumnMapping | None,
        keyed: Digest,
        summary: Summary,
        report: Report,
    ) -> None:
        self.only = only
        self.mapping = mapping
        self._keyed = keyed
        self._summary = summary
        self._report = report
        self._formats = document_formats()
        self._records: list[Mapping[str, object]] = []
        self._places: list[Place] = []
        self._raws: list[bytes] = []
        self._bytes = 0

    def take(self, document: Document) -> None:
        """Reads one document; what in it is no exchange or cannot be one is counted and kept."""
        value = document.value
        if isinstance(value, Rejected):
            self._report(value.reason, value.detail, document.place, document.raw)
        elif not isinstance(value, dict):
            detail = f"a JSON {type(value).__name__}; an object is needed"
            self._report(Reason.WRONG_TYPE, detail, document.place, document.raw)
        else:
            self._object(value, document)

    def full(self, rows: int) -> bool:
        """Whether it is time to drain."""
        return len(self._records) >= rows or self._bytes >= _FULL_BYTES

    def drain(self) -> Iterator[Chunk]:
        """The exchanges gathered so far as one chunk; nothing where there are none."""
        if not self._records:
            return
        places, raws = self._places, self._raws
        chunk = chunk_of(self._records, place=places.__getitem__, raw=raws.__getitem__)
        self._records, self._places, self._raws, self._bytes = [], [], [], 0
        yield chunk

    def _object(self, value: dict[str, object], document: Document) -> None:
        if self.mapping is not None:
            self._add(self.mapping.record(value, self._keyed), document)
            return
        importer = self._importer(value)
        if importer is None:
            keys = ", ".join(sorted(map(str, value))[:12])
            detail = f"no importer knows an object with the keys: {keys}"
            self._report(Reason.UNKNOWN_FORMAT, detail, document.place, document.raw)
            return
        try:
            outcomes = list(importer.records(value, self._keyed))
        except _FAULTS as error:
            detail = f"read as {importer.name}: {error}"
            self._report(Reason.WRONG_TYPE, detail, document.place, document.raw)
            return
        for outcome in outcomes:
            self._add(outcome, document)
        if importer.name == "jsonl":
            self._summary.unknown_columns.update(value.keys() - _KNOWN)

    def _importer(self, value: Mapping[str, object]) -> DocumentFormat | None:
        if self.only is not None:
            return self.only
        # Always in the one order: whoever read the record before must not decide on this one.
        return next((unit for unit in self._formats if unit.recognise(value)), None)

    def _add(self, outcome: Outcome, document: Document) -> None:
        if isinstance(outcome, NotExchange):
            self._summary.not_an_exchange[outcome.kind] += 1
        elif isinstance(outcome, Rejected):
            self._report(outcome.reason, outcome.detail, document.place, document.raw)
        else:
            self._records.append(outcome)
            self._places.append(document.place)
            self._raws.append(document.raw)
            self._bytes += document.size


_KNOWN = frozenset(EXCHANGE.names)
