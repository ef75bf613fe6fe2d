"""The embedded engine: DuckDB in process, out of core, nothing downloaded."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.engine.base import Bounds

__all__ = ["DuckDB"]

_ROW_GROUP = 262_144
_RANGED = ["started_at"]  # least and greatest of each row group, so that what is later is skipped


class DuckDB:
    """An engine over one private DuckDB database; tables spill to a folder that dies with it.

    Args:
        memory: What it may take before it spills, such as 4GB.
        threads: How many; None is one a core.
        folder: Where its own folder is made; None is the system's temporary one.
        bounds: How much may be fetched, as on a cluster; None takes all.
    """

    def __init__(
        self,
        *,
        memory: str = "4GB",
        threads: int | None = None,
        folder: Path | None = None,
        prefix: str = "stillwatch-",
        bounds: Bounds | None = None,
    ) -> None:
        self.bounds = bounds
        self._folder = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
        self._threads = threads
        self._memory = memory
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": str(self._folder / "spill"),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if threads is not None:
            config["threads"] = threads
        self._connection = duckdb.connect(str(self._folder / "tables.db"), config=config)
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute("SET enable_progress_bar = false")  # it would draw into notebooks

    def spool(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
        """Write batches to Parquet beside the database and read them as `name`."""
        path = self._folder / f"{name}.parquet"
        rows = 0
        text = [f.name for f in schema if pa.types.is_string(f.type)]  # digests hardly repeat
        with pq.ParquetWriter(
            path, schema, compression="lz4", use_dictionary=text, write_statistics=_RANGED
        ) as writer:
            for table in _regroup(batches, schema):
                writer.write_table(table, row_group_size=_ROW_GROUP)
                rows += table.num_rows
        pa.default_memory_pool().release_unused()  # DuckDB has a memory of its own
        self.attach(name, path)
        return rows

    def attach(self, name: str, source: pa.Table | Path) -> None:
        """Read an Arrow table (copied in) or Parquet files (in place) as `name`."""
        self.drop(name)
        if isinstance(source, Path):
            pattern = str(source / "**" / "*.parquet") if source.is_dir() else str(source)
            quoted = pattern.replace("'", "''")
            self._connection.execute(
                f"CREATE VIEW \"{name}\" AS SELECT * FROM read_parquet('{quoted}')"
            )
            return
        self._connection.register("_incoming", source)
        self._connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM _incoming')
        self._connection.unregister("_incoming")

    def create(self, name: str, query: str) -> None:
        """Materialise `query` as table `name`."""
        self.drop(name)
        self._connection.execute(f'CREATE TABLE "{name}" AS {query}')

    def view(self, name: str, query: str) -> None:
        """Name `query` without running it."""
        self.drop(name)
        self._connection.execute(f'CREATE VIEW "{name}" AS {query}')

    def fetch(self, query: str) -> pa.Table:
        """Rows of `query` as Arrow."""
        return self._connection.sql(query).to_arrow_table()

    def insert(self, name: str, query: str) -> None:
        """Add the rows of `query` to table `name`, column by column in order."""
        self._connection.execute(f'INSERT INTO "{name}" {query}')

    def delete(self, name: str, of: str, keys: Sequence[str]) -> None:
        """Delete the rows of table `name` whose keys a row of table `of` has."""
        same = " AND ".join(f'"{name}"."{key}" = o."{key}"' for key in keys)
        self._connection.execute(f'DELETE FROM "{name}" USING "{of}" o WHERE {same}')

    def drop(self, name: str) -> None:
        """Forget a table or view."""
        kinds = self._connection.execute(
            "SELECT table_type FROM information_schema.tables WHERE table_name = ?", [name]
        ).fetchall()
        for (kind,) in kinds:
            self._connection.execute(f'DROP {"VIEW" if kind == "VIEW" else "TABLE"} "{name}"')

    @contextmanager
    def aside(self, name: str, query: str | None = None) -> Iterator[Self]:
        """A second engine for a while, with tables of its own; each gets half the memory.

        Args:
            name: A table that was spooled here; the second engine reads it too.
            query: Rows of this engine that it is to hold as `name` instead.
        """
        path = self._folder / f"{name}.parquet"
        if query is not None:
            path = self._folder / f"{name}-aside.parquet"
            self._connection.execute(
                f"COPY ({query}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE {_ROW_GROUP})"
            )
        half = _half(self._memory)
        self._connection.execute(f"SET memory_limit = '{half}'")
        try:
            with type(self)(memory=half, threads=self._threads, folder=self._folder) as other:
                other.attach(name, path)
                yield other
        finally:
            self._connection.execute(f"SET memory_limit = '{self._memory}'")
            if query is not None:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the database and delete its folder."""
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _half(memory: str) -> str:
    """Half of an amount of memory such as 4GB."""
    digits = memory.rstrip("BGKMTibkmgt ")
    return f"{float(digits) / 2:g}{memory[len(digits) :]}"


def _regroup(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterable[pa.Table]:
    """Gather small batches until a row group is full, so that the file is read fast."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.num_rows
        if rows >= _ROW_GROUP:
            yield pa.Table.from_batches(waiting, schema)
            waiting, rows = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting, schema)
