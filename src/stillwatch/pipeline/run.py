"""What a run is given, whom it tells how far it is, and what it hands back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import pyarrow as pa

from stillwatch.schema.report import Report

__all__ = ["Logs", "Progress", "Run", "Side", "TableLike"]


class TableLike(Protocol):
    """A table of Polars, pandas, DuckDB or whoever else speaks Arrow's C stream interface."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A capsule with the stream."""


Logs: TypeAlias = str | Path | pa.Table | TableLike | Sequence[str | Path]
"""A file, folder, glob, `-`, several of them, or a table of schema EXCHANGE."""
Side: TypeAlias = str | Path | pa.Table | TableLike | None
"""A file or a table beside the logs."""


class Progress(Protocol):
    """Whom a run tells how far it is; may be called from one thread only."""

    def stage(self, name: str, total_bytes: int | None = None) -> None:
        """A stage begins, and the one before has ended.

        `total_bytes` is how much input there is, or None where nobody can know.
        """

    def advance(self, count_bytes: int = 0, rows: int = 0) -> None:
        """So much more input and so many more rows of this stage are done."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Run:
    """The results of one run; every table is Arrow, so pandas and Polars read it as it is.

    Attributes:
        campaigns: One row a campaign (schema CAMPAIGN).
        members: One row a campaign and account (schema MEMBER).
        accounts: One row an account with any evidence (schema ACCOUNT_ASSESSMENT).
        evidence: One row a piece of evidence (schema EVIDENCE).
        report: The same for people, as report.json holds it.
        notes: What was not taken as it stood (records rejected, files skipped, values set to
            null), a line a fact; empty where there is nothing to tell.
    """

    campaigns: pa.Table
    members: pa.Table
    accounts: pa.Table
    evidence: pa.Table
    report: Report
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        found, named = self.campaigns.num_rows, self.report["named_accounts"]
        traffic = self.report["traffic"]
        return (
            f"Run({found:,} campaigns, {named:,} accounts named, in {traffic['exchanges']:,} "
            f"exchanges of {traffic['accounts']:,} accounts)"
        )
