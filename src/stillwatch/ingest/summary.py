"""What became of everything that was found: taken, rejected, not an exchange, skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from stillwatch.schema.report import Untaken

__all__ = ["Summary"]


@dataclass(slots=True, kw_only=True)
class Summary:
    """Counts of one run of ingest; every record found is in exactly one of the first three.

    Attributes:
        accepted: Exchanges handed on.
        rejected: Records put in quarantine, by reason.
        not_an_exchange: Records that are no exchange (hook events, infrastructure spans), by kind.
        values_dropped: Values set to null because they are not of the column's type, by column.
        unknown_columns: Columns that the data contract does not have, and in how many files.
        files: Files read, by format.
        skipped: Files not read, and why.
        bytes_read: Bytes of the files read, as stored.
    """

    accepted: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    not_an_exchange: Counter[str] = field(default_factory=Counter)
    values_dropped: Counter[str] = field(default_factory=Counter)
    unknown_columns: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)
    skipped: dict[str, str] = field(default_factory=dict)
    bytes_read: int = 0

    def found(self) -> int:
        """Records found, whatever became of them."""
        return self.accepted + self.rejected.total() + self.not_an_exchange.total()

    def untaken(self) -> Untaken:
        """What was found and not taken as it stood, for the report; the same in whatever files."""
        return {
            "skipped": dict(sorted(self.skipped.items())),
            "not_an_exchange": dict(sorted(self.not_an_exchange.items())),
            "values_dropped": dict(sorted(self.values_dropped.items())),
            "unknown_columns": sorted(self.unknown_columns),
        }

    def lines(self) -> Iterator[str]:
        """The same for a person, a line a fact; nothing is left out."""
        files = ", ".join(f"{n:,} {name}" for name, n in sorted(self.files.items())) or "no file"
        yield f"{self.accepted:,} exchanges from {files} ({self.bytes_read:,} bytes)"
        yield from _counted("rejected", self.rejected)
        yield from _counted("not an exchange", self.not_an_exchange)
        yield from _counted("values set to null, not of the column's type", self.values_dropped)
        yield from _counted("columns that the data contract does not have", self.unknown_columns)
        yield from (f"skipped {path}: {why}" for path, why in sorted(self.skipped.items()))


def _counted(title: str, counts: Counter[str]) -> Iterator[str]:
    if counts:
        ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        told = ", ".join(f"{name} {n:,}" for name, n in ordered)
        yield f"{counts.total():,} {title}: {told}"
