"""The cluster's engine: the stages' SQL on Apache Spark, and kernels where the rows are.

What `create` makes is written to a place of its own and named when all of it is there, so a task
that is retried, a worker that dies and a run that is cancelled leave neither doubles nor halves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.dataset as ds
from pyspark.errors import PySparkException

from stillwatch.engine.arrow import ddl, in_utc, plain, regroup, utc
from stillwatch.engine.base import Bounds, Engine
from stillwatch.engine.dialect import to_spark
from stillwatch.engine.duckdb import DuckDB
from stillwatch.engine.scratch import Scratch, as_url, delete, located
from stillwatch.engine.session import is_local, own, told
from stillwatch.errors import ConfigError, InputError

__all__ = ["Kernel", "Limits", "Source", "Spark"]

_LOG = logging.getLogger(__name__)
_INLINE = 20_000  # rows; a larger table is written out rather than sent along with every task
Kernel = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
"""What runs on the workers: batches of a partition in, batches out; sent to them with its data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may reach the driver.

    Attributes:
        fetch_rows: Rows of one result; more end the run. Bytes are bounded by Spark itself
            (`spark.driver.maxResultSize`).
        beside_rows: Readings that `aside` may bring to the embedded engine; more stay on Spark.
        beside_memory: What the embedded engine may take.
        judged: How much of the rollups judging may take.
    """

    fetch_rows: int = 50_000_000
    beside_rows: int = 2_000_000
    beside_memory: str = "4096MiB"
    judged: Bounds = field(default_factory=Bounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Rows that the cluster reads.

    Attributes:
        paths: Parquet files or folders, as paths or URLs …
        table: … or the name of a table that the session knows.
    """

    paths: tuple[str, ...] = ()
    table: str | None = None

    @property
    def name(self) -> str:
        """What it is, for messages."""
        more = f" and {len(self.paths) - 1} more" if len(self.paths) > 1 else ""
        return self.table or f"{self.paths[0]}{more}"


class Spark:
    """An engine over a Spark session, classic or Connect; the session stays open.

    Args:
        session: The session; tables live in one beside it, so nothing of its own is changed.
        scratch: Folder that driver and workers can write; may be left out where all is local.
        limits: What may reach the driver.

    Raises:
        ConfigError: The session is on a cluster, and no scratch folder is named.
    """

    def __init__(
        self,
        session: Any,  # noqa: ANN401 - classic and Connect sessions share no useful type
        *,
        scratch: str | Path | None = None,
        limits: Limits | None = None,
    ) -> None:
        if scratch is None and not is_local(session):
            message = "spark.scratch_folder is not set, and the session is on a cluster"
            raise ConfigError(message, hint="name a folder that driver and workers can write")
        self._base = session
        self._session = own(session)
        self._limits = limits or Limits()
        self.bounds: Bounds | None = self._limits.judged
        self._scratch = Scratch(scratch)
        self._place = scratch
        self._written: dict[str, str] = {}

    # -- what is on the cluster ---------------------------------------------------------------
    def columns(self, source: Source) -> list[str]:
        """Names of a source's columns."""
        frame = self._scan(source)
        try:  # a Connect session asks only now whether the source is there
            return list(frame.columns)
        except PySparkException as error:
            raise told(error, f"{source.name} cannot be read") from error

    def map(
        self, name: str, source: Source, columns: Iterable[str], kernel: Kernel, schema: pa.Schema
    ) -> None:
        """Run a kernel over some columns of a source, where its rows are; keep what it makes."""
        rows = self._scan(source).select(*[f"`{c}`" for c in columns])
        made = rows.mapInArrow(kernel, ddl(schema))
        self._keep(name, made, "the logs cannot be read")

    def keep(
        self, url: str, source: Source, columns: Iterable[str], kernel: Kernel, schema: pa.Schema
    ) -> None:
        """As `map`, into a place that outlives the run; Spark marks it when it is whole."""
        rows = self._scan(source).select(*[f"`{c}`" for c in columns])
        made = rows.mapInArrow(kernel, ddl(schema))
        self._write(made, url, f"{source.name} cannot be read")

    def gather(self, name: str, urls: Sequence[str], schema: pa.Schema) -> None:
        """Name the rows of several places that `keep` wrote."""
        self.drop(name)
        frame = self._session.read.schema(ddl(schema)).parquet(*urls)
        frame.createOrReplaceTempView(name)

    def collect(
        self, source: Source, columns: Iterable[str], kernel: Kernel, schema: pa.Schema
    ) -> pa.Table:
        """As `map`, for the few rows that are wanted in the driver; nothing is written."""
        made = self._scan(source).select(*[f"`{c}`" for c in columns])
        try:
            found: pa.Table = made.mapInArrow(kernel, ddl(schema)).toArrow()
        except PySparkException as error:
            raise told(error, "the logs cannot be read again") from error
        return found

    def _scan(self, source: Source) -> Any:  # noqa: ANN401 - a DataFrame
        try:
            if source.table is not None:
                return self._base.table(source.table)
            urls = [as_url(p) for p in source.paths]
            reader = self._base.read.option("mergeSchema", "true")
            return reader.parquet(*urls)
        except PySparkException as error:
            raise told(error, f"{source.name} cannot be read") from error

    # -- the protocol -------------------------------------------------------------------------
    def spool(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
        """Write batches that the driver holds; for logs that only it can read."""
        url, rows = self._scratch.fresh(name), 0
        for table in regroup(batches, schema):
            self._frame(table).write.mode("append").parquet(url)
            rows += table.num_rows
        if not rows:
            self._frame(schema.empty_table()).write.mode("append").parquet(url)
        self._read(name, url, ddl(schema))
        return rows

    def attach(self, name: str, source: pa.Table | Path) -> None:
        """Read an Arrow table (copied in) or Parquet files (in place) as `name`."""
        if isinstance(source, Path):
            self._read(name, as_url(source), None)
            return
        frame = self._frame(source)
        if source.num_rows > _INLINE:
            self._keep(name, frame, f"table {name} cannot be written")
            return
        self.drop(name)
        frame.createOrReplaceTempView(name)

    def create(self, name: str, query: str) -> None:
        """Write the rows of `query` and name them when all are there."""
        self._keep(name, self._run(query), f"table {name} cannot be made")

    def view(self, name: str, query: str) -> None:
        """Name `query`; names in it mean what they mean when it is read."""
        self.drop(name)
        self._run(f"CREATE OR REPLACE TEMPORARY VIEW `{name}` AS {to_spark(query)}", ready=True)

    def fetch(self, query: str) -> pa.Table:
        """Rows of `query` as Arrow; what the driver may take is bounded."""
        try:
            table: pa.Table = self._run(query).toArrow()
        except PySparkException as error:
            raise told(error, "a result cannot be fetched") from error
        if table.num_rows > self._limits.fetch_rows:
            message = (
                f"a result has {table.num_rows:,} rows; spark.fetch_rows allows"
                f" {self._limits.fetch_rows:,}: {query[:120]}"
            )
            _LOG.error(message)
            raise InputError(message, hint="raise spark.fetch_rows, or judge fewer days")
        return in_utc(table)

    def drop(self, name: str) -> None:
        """Forget a table or view, and delete what was written for it."""
        self._session.catalog.dropTempView(name)
        if name in self._written:
            delete(self._written.pop(name))

    @contextmanager
    def aside(self, name: str, query: str | None = None) -> Iterator[Engine]:
        """A second engine for a while: the embedded one where few rows suffice, else on Spark."""
        url = self._scratch.fresh(f"{name}-aside")
        self._write(self._run(query or f"SELECT * FROM {name}"), url, "rows cannot be set aside")
        rows = self._session.read.parquet(url).count()
        try:
            if rows <= self._limits.beside_rows:
                _LOG.info("%s rows are looked back on in the driver", f"{rows:,}")
                with DuckDB(memory=self._limits.beside_memory) as embedded:
                    embedded.spool(name, *self._batches(url))
                    yield embedded
                return
            allowed = f"{self._limits.beside_rows:,}"
            _LOG.warning("%s rows are more than spark.look_back_rows (%s)", f"{rows:,}", allowed)
            with Spark(self._base, scratch=self._place, limits=self._limits) as other:
                other._read(name, url, None)
                yield other
        finally:
            delete(url)

    def close(self) -> None:
        """Delete what was written; the session stays open."""
        self._written.clear()
        self._scratch.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- how ----------------------------------------------------------------------------------
    def _run(self, query: str, *, ready: bool = False) -> Any:  # noqa: ANN401 - a DataFrame
        try:
            return self._session.sql(query if ready else to_spark(query))
        except PySparkException as error:
            raise told(error, f"Spark does not take {query[:120]!r}") from error

    def _frame(self, table: pa.Table) -> Any:  # noqa: ANN401 - a DataFrame
        if table.num_rows:
            return self._session.createDataFrame(plain(table))
        # Connect takes no schema from a table without rows
        return self._session.createDataFrame([], ddl(table.schema))

    def _keep(self, name: str, frame: Any, what: str) -> None:  # noqa: ANN401 - a DataFrame
        url = self._scratch.fresh(name)
        self._write(frame, url, what)
        self._read(name, url, frame.schema)

    def _write(self, frame: Any, url: str, what: str) -> None:  # noqa: ANN401 - a DataFrame
        try:
            frame.write.parquet(url)
        except PySparkException as error:
            delete(url)
            raise told(error, what) from error

    def _read(self, name: str, url: str, schema: Any) -> None:  # noqa: ANN401 - DDL or StructType
        reader = self._session.read if schema is None else self._session.read.schema(schema)
        frame = reader.parquet(url)
        self.drop(name)
        frame.createOrReplaceTempView(name)
        if url.startswith(self._scratch.url):
            self._written[name] = url

    def _batches(self, url: str) -> tuple[Iterator[pa.RecordBatch], pa.Schema]:
        """What was written under a URL, as the driver reads it."""
        system, path = located(url)
        found = ds.dataset(path, filesystem=system, format="parquet")
        schema = utc(found.schema)
        return (b.cast(schema) for b in found.to_batches()), schema
