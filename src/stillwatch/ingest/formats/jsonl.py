"""Canonical exchanges as JSON: an object an exchange, keys as in the data contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stillwatch.ingest.importer import DocumentFormat, Outcome
from stillwatch.ingest.pairs import is_canonical
from stillwatch.ingest.parts import Digest

__all__ = ["FORMAT"]


def _records(document: Mapping[str, object], _keyed: Digest) -> Iterator[Outcome]:
    yield document


FORMAT = DocumentFormat(
    name="jsonl",
    title="canonical JSON lines",
    recognise=is_canonical,
    records=_records,
    example={
        "exchange_id": "x1",
        "started_at": "2026-02-23T10:00:00Z",
        "account_id": "a1",
        "prompt_text": "hi",
    },
)
