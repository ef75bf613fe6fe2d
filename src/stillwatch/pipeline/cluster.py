"""Logs that a cluster reads: the text kernels run where the rows are, only readings are kept."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from stillwatch.engine import Engine
from stillwatch.engine.spark import Source, Spark
from stillwatch.errors import InputError
from stillwatch.ingest import Summary
from stillwatch.pipeline.cluster_kernels import NOTED, REJECTED, TEXTS, PickKernel, ReadKernel
from stillwatch.pipeline.kept import kept
from stillwatch.schema import EXCHANGE, READING

__all__ = ["ClusterLogs"]

_NEEDED = {"started_at", "account_id", *TEXTS.names}
_TABLE = "noted_reading"


class ClusterLogs:
    """A table or Parquet files as a cluster reads them.

    Attributes:
        summary: What became of the records; complete after `spool`.

    Raises:
        InputError: They cannot be found, or lack a required column.
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
        if self._keep is not None and self._source.table is None:
            urls = kept(self._engine, self._source, self._columns, self._kernel, self._keep)
            self._engine.gather(_TABLE, urls, NOTED)
        else:
            self._engine.map(_TABLE, self._source, self._columns, self._kernel, NOTED)
        columns = ", ".join(READING.names)
        engine.view("raw_reading", f"SELECT {columns} FROM {_TABLE} WHERE note IS NULL")
        counted = engine.fetch(
            f"""SELECT note, CAST(sum(coalesce(noted, 1)) AS BIGINT) AS n FROM {_TABLE}
                GROUP BY note ORDER BY note"""
        )
        counts = dict(zip(counted["note"].to_pylist(), counted["n"].to_pylist(), strict=True))
        self.summary.accepted = counts.pop(None, 0)
        for name, n in counts.items():
            kind, _, what = name.partition(":")
            into = self.summary.rejected if f"{kind}:" == REJECTED else self.summary.values_dropped
            into[what] += n
        return self.summary.accepted

    def texts(self, wanted: Iterable[str]) -> list[pa.RecordBatch]:
        """The texts of these exchanges; only they leave the workers, and nothing is written."""
        picking = PickKernel(reading=self._kernel, wanted=tuple(sorted(wanted)))
        columns = self._columns
        if self._kernel.mapping is None:
            columns = [name for name in columns if name in _NEEDED]
        found: list[pa.RecordBatch] = self._engine.collect(
            self._source, columns, picking, TEXTS
        ).to_batches()
        return found
