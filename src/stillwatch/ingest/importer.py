"""What a log format offers: how to know it, and how its documents or tables become exchanges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stillwatch.ingest.canonical import Chunk, Place
from stillwatch.ingest.parts import Digest
from stillwatch.ingest.quarantine import Reason
from stillwatch.ingest.source import Source

__all__ = [
    "Document",
    "DocumentFormat",
    "Found",
    "NotExchange",
    "Outcome",
    "Reading",
    "Rejected",
    "TableFormat",
]


@dataclass(frozen=True, slots=True)
class NotExchange:
    """A record that is no exchange, and what it is instead."""

    kind: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that should be an exchange and cannot be."""

    reason: Reason
    detail: str


Outcome = Mapping[str, object] | NotExchange | Rejected
"""What an importer makes of one record: canonical columns, or why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One decoded record of a file that is not in canonical columns.

    Attributes:
        value: What was decoded, or why it could not be.
        place: Where it stands.
        raw: Its bytes as stored (at least their start), for the quarantine.
        size: How many bytes it took, for bounds on memory.
    """

    value: object
    place: Place
    raw: bytes
    size: int


Found = Chunk | Document
"""What a file gives: columns for many rows at once, or documents one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a run reads its files.

    Attributes:
        batch_rows: Rows to aim at in a batch.
        longest: Bytes of the longest line or document that is read.
        columnar: Whether canonical columns may be read without looking at each record.
        columns: The columns of a table that are wanted, out of those it has; None for all.
        mapped: Canonical columns out of a table's, by a mapping; None without one.
        unknown: Told the columns that nothing reads.
    """

    batch_rows: int
    longest: int
    columnar: bool
    columns: Callable[[list[str]], list[str]] | None = None
    mapped: Callable[[Chunk], Chunk] | None = None
    unknown: Callable[[list[str]], None] = lambda _names: None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFormat:
    """A format whose records are JSON objects, wherever they are stored.

    Attributes:
        name: As registered; the name of its module.
        title: What it is, for people.
        recognise: Whether a decoded object is of this format.
        records: The exchanges in one such object, and what in it is none.
        example: An object of the format, for tests and documentation.
        exchanges: How many exchanges the example holds.
    """

    name: str
    title: str
    recognise: Callable[[Mapping[str, object]], bool]
    records: Callable[[Mapping[str, object], Digest], Iterator[Outcome]]
    example: Mapping[str, object]
    exchanges: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFormat:
    """A file format of rows and columns.

    Attributes:
        name: As registered; the name of its module.
        title: What it is, for people.
        recognise: Whether a file that starts with these bytes is of this format.
        columns: The column names of a file.
        read: Its rows, in chunks.
        write_example: Writes a small file of the format, holding `exchanges` exchanges.
        exchanges: How many exchanges the example holds.
    """

    name: str
    title: str
    recognise: Callable[[bytes], bool]
    columns: Callable[[Source], list[str]]
    read: Callable[[Source, Reading], Iterator[Found]]
    write_example: Callable[[Path], None]
    exchanges: int = 1
