"""What the pipeline asks of an engine: hold named tables, run set-based SQL, hand Arrow back.

The stages write one SQL, in DuckDB's words. It keeps to what DuckDB and Spark count alike: grouped
sums, minima and counts, joins, semi and anti joins, CASE, integer arithmetic, window functions.
Products of sums are cast to HUGEINT, for Spark's integers end at 64 bits. Digests are computed by
our kernels, never by an engine's own hash function.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

__all__ = ["Bounds", "Engine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much of the rollups may reach the driver; what is more is sorted out on the cluster.

    Attributes:
        keys: Texts' keys that are joined to streams in the driver; of more, on the cluster.
        accounts: Accounts that are judged …
        stream_rows: … their rows stream × account …
        values: … and their rows shared value × account.
        component_spokes: Spokes of one connected component of the graph of accounts and hubs;
            a larger one loses its weakest links first.
    """

    keys: int = 10_000_000
    accounts: int = 5_000_000
    stream_rows: int = 20_000_000
    values: int = 20_000_000
    component_spokes: int = 5_000_000


class Engine(Protocol):
    """A place where relational work runs; one run owns one engine and closes it."""

    @property
    def bounds(self) -> Bounds | None:
        """How much may reach the driver; None where all is in one process anyway."""
        ...

    def spool(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
        """Write batches to disk as table `name`; returns the number of rows."""
        ...

    def attach(self, name: str, source: pa.Table | Path) -> None:
        """Make an Arrow table or a folder of Parquet files readable as `name`."""
        ...

    def create(self, name: str, query: str) -> None:
        """Run `query` once and keep its rows as table `name` (replaces an older one)."""
        ...

    def view(self, name: str, query: str) -> None:
        """Name `query`; it runs whenever it is read."""
        ...

    def fetch(self, query: str) -> pa.Table:
        """Rows of `query` as Arrow."""
        ...

    def drop(self, name: str) -> None:
        """Forget a table or view; a name that is not there is fine."""
        ...

    def aside(self, name: str, query: str | None = None) -> AbstractContextManager[Engine]:
        """A second engine for a while, with tables of its own.

        Args:
            name: A table that was spooled here; the second engine reads it too.
            query: Rows of this engine that it is to hold as `name` instead.
        """
        ...

    def close(self) -> None:
        """Release memory and delete what was spooled."""
        ...
