"""What came over the network as one body: read by the importers of files, faults told back."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from stillwatch.errors import InputError
from stillwatch.ingest.ingest import Ingest
from stillwatch.ingest.quarantine import Quarantine, Reason, without_keys
from stillwatch.ingest.redact import Redactor
from stillwatch.ingest.source import Source

__all__ = ["Received", "Refused", "receive"]

_TOLD = 20
_NAME = "(request)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A record that was not taken.

    Attributes:
        reason: One of `Reason`.
        detail: What was found and the rule.
        line: Its line, from 1, in a body of lines.
        row: Its place, from 1, in an array.
    """

    reason: str
    detail: str
    line: int | None
    row: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a body held.

    Attributes:
        batches: Exchanges, canonical and redacted.
        accepted: How many these are.
        rejected: Records that should be exchanges and cannot be.
        ignored: Records that are no exchanges, such as spans of infrastructure.
        refused: The first of the rejected records.
    """

    batches: tuple[pa.RecordBatch, ...]
    accepted: int
    rejected: int
    ignored: int
    refused: tuple[Refused, ...]


class _Told(Quarantine):
    """Keeps nothing of a record, but why it was refused and where it stood."""

    def __init__(self) -> None:
        super().__init__(None)
        self.refused: list[Refused] = []

    def put(
        self,
        file: str,
        reason: Reason,
        detail: str,
        *,
        line: int | None = None,
        row: int | None = None,
        record: bytes | str | None = None,
    ) -> None:
        """As `Quarantine.put`, in memory."""
        super().put(file, reason, detail, line=line, row=row, record=record)
        if len(self.refused) < _TOLD:
            told = without_keys(detail)
            self.refused.append(Refused(reason=reason.value, detail=told, line=line, row=row))


def receive(body: bytes, redactor: Redactor) -> Received:
    """The exchanges in a body of JSON: lines, an array or one document, of any known format."""
    told = _Told()
    source = Source(path=_NAME, size=len(body), compression="none", format="jsonl", data=body)
    ingest = Ingest([source], redactor=redactor, quarantine=told, longest_line=len(body) + 1)
    try:
        batches = tuple(ingest.batches())
    except InputError:
        batches = ()
    found = ingest.summary
    return Received(
        batches=batches,
        accepted=found.accepted,
        rejected=found.rejected.total(),
        ignored=found.not_an_exchange.total(),
        refused=tuple(told.refused),
    )
