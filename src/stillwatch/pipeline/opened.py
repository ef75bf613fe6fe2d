"""The engine and the inputs of a run, opened together: what reads the logs depends on both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import get_args

from stillwatch.engine import DuckDB, Engine
from stillwatch.errors import ConfigError, closest
from stillwatch.pipeline.inputs import Inputs, as_table, open_inputs
from stillwatch.pipeline.run import Logs, Side
from stillwatch.settings import EngineName, Settings

__all__ = ["Given", "local_inputs", "opened"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a run was pointed at; see `batch.detect`."""

    logs: Logs
    table: str | None
    accounts: Side
    releases: Side
    out: Path | None
    format: str | None
    mapping: str | Path | None
    as_of: datetime | None
    on_progress: Callable[[int, int], None] | None


@contextmanager
def opened(name: EngineName, given: Given, settings: Settings) -> Iterator[tuple[Engine, Inputs]]:
    """The engine of that name, and the inputs that it can read; both end with the block.

    Raises:
        ConfigError: There is no such engine, what it needs is missing, or a setting is wrong.
    """
    if name not in get_args(EngineName):
        message = f"there is no engine {name!r}"
        raise ConfigError(message, hint=closest(name, get_args(EngineName)))
    table = None if isinstance(given.logs, str | Path) else as_table(given.logs)
    if table is not None:
        given = replace(given, logs=table)
    if name == "spark":
        # Late: PySpark is an extra.
        from stillwatch.pipeline.opened_spark import opened_on_spark  # noqa: PLC0415

        with opened_on_spark(given, settings) as both:
            yield both
        return
    if given.table is not None:
        message = f"--table {given.table} names a table of a Spark session"
        raise ConfigError(message, hint="add --engine spark, or give files")
    spill = settings.rollup.spill_folder
    if spill is not None and not spill.is_dir():
        message = f"rollup.spill_folder is {str(spill)!r}, and no folder is there"
        raise ConfigError(message, hint="make the folder, or leave the setting out")
    inputs = local_inputs(given, settings)
    with DuckDB(memory=f"{settings.rollup.memory_limit_mib}MiB", folder=spill) as engine:
        yield engine, inputs


def local_inputs(given: Given, settings: Settings) -> Inputs:
    """Logs that this process reads."""
    return open_inputs(
        given.logs, accounts=given.accounts, releases=given.releases, out=given.out,
        format=given.format, mapping=given.mapping, as_of=given.as_of, settings=settings,
        on_progress=given.on_progress,
    )  # fmt: skip
