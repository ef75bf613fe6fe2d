"""A run on Spark: the session, the engine over it, and what of the logs the cluster itself reads.

Parquet and tables are read where they lie. Logs in another format are read by the driver, as on
one machine, and only their readings go to the cluster.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from stillwatch.engine import Bounds, Engine
from stillwatch.engine.session import open_session
from stillwatch.errors import ConfigError, InputError
from stillwatch.ingest import load_mapping, sources
from stillwatch.ingest.canonical import latest_possible
from stillwatch.ingest.lake import lake_files, lake_kind
from stillwatch.pipeline.inputs import Inputs, paths_of, redactor_of, side_tables
from stillwatch.pipeline.opened import Given, local_inputs
from stillwatch.settings import Settings

__all__ = ["opened_on_spark"]

_LOG = logging.getLogger(__name__)


@contextmanager
def opened_on_spark(given: Given, settings: Settings) -> Iterator[tuple[Engine, Inputs]]:
    """As `opened`, on the active Spark session or a new one.

    Raises:
        ConfigError: PySpark or Java is missing, or a cluster has no scratch folder.
    """
    session = open_session()
    from stillwatch.engine.spark import Limits, Source, Spark  # noqa: PLC0415 - PySpark is there
    from stillwatch.pipeline.cluster import ClusterLogs  # noqa: PLC0415 - likewise
    from stillwatch.pipeline.cluster_kernels import ReadKernel  # noqa: PLC0415 - likewise

    limits = Limits(
        judged=Bounds(
            keys=settings.spark.driver_keys,
            accounts=settings.spark.judged_accounts,
            stream_rows=settings.spark.judged_stream_rows,
            values=settings.spark.judged_values,
            component_spokes=settings.spark.component_spokes,
        ),
        fetch_rows=settings.spark.fetch_rows,
        beside_rows=settings.spark.look_back_rows,
        beside_memory=f"{settings.rollup.memory_limit_mib}MiB",
    )
    paths = _cluster_paths(given)
    with Spark(session, scratch=settings.spark.scratch_folder, limits=limits) as engine:
        if paths is None:
            _LOG.warning("these logs are read by the driver; the cluster reads Parquet and tables")
            yield engine, local_inputs(given, settings)
            return
        redactor = redactor_of(settings)
        accounts, releases = side_tables(given.accounts, given.releases, redactor)
        kernel = ReadKernel(
            redactor=redactor,
            latest=latest_possible(given.as_of),
            mapping=None if given.mapping is None else load_mapping(given.mapping),
        )
        source = Source(paths=paths, table=given.table)
        logs = ClusterLogs(engine, source, kernel, keep=settings.spark.readings_folder)
        yield (
            engine,
            Inputs(
                names=(given.table,) if given.table is not None else _names(given),
                total_bytes=None,
                spool=logs.spool,
                again=logs.texts,
                summary=logs.summary,
                accounts=accounts,
                releases=releases,
            ),
        )


def _cluster_paths(given: Given) -> tuple[str, ...] | None:
    """What the cluster itself can read: URLs as they are, else Parquet files; None where not all.

    Raises:
        ConfigError: Both a table and files are given.
    """
    if given.table is not None:
        if not isinstance(given.logs, pa.Table) and _names(given):
            message = f"both --table {given.table} and files are given"
            raise ConfigError(message, hint="leave one of them out")
        return ()
    if isinstance(given.logs, pa.Table) or given.format not in (None, "parquet"):
        return None
    names = _names(given)
    if any("://" in name for name in names):
        return tuple(part for name in names for part in _parts(name))
    found = [s for s in sources(names) if not s.note or given.mapping is not None]
    if not found or any(s.format != "parquet" for s in found):
        return None
    return tuple(s.path for s in found)


def _parts(place: str) -> list[str]:
    """A URL or path as it is, or the files of the lake's table that lies there."""
    try:
        kind = lake_kind(place)
    except InputError as error:
        _LOG.warning("%s; if it is a Delta or Iceberg table, name it with --table", error)
        return [place]
    return [place] if kind is None else lake_files(place, kind)


def _names(given: Given) -> tuple[str, ...]:
    if isinstance(given.logs, pa.Table):
        return ("(table)",)
    logs = paths_of(given.logs)
    return tuple(sorted(map(str, logs)))
