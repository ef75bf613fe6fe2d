"""The two engines over the same logs, and how their tables are compared."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from stillwatch.engine import Bounds, DuckDB, Engine
from stillwatch.ingest import Summary
from stillwatch.link import VIEWS, communities
from stillwatch.pipeline.fold import fold
from stillwatch.pipeline.judge import judge
from stillwatch.pipeline.opened import Given, opened
from stillwatch.pipeline.split import fitting
from stillwatch.rollup import clean
from stillwatch.schema import READING
from stillwatch.settings import EngineName, Settings
from stillwatch.settings import Spark as SparkSettings

__all__ = ["TABLES", "Judged", "Rolled", "differences", "given", "judged", "rolled"]

TABLES: Mapping[str, str] = {
    "raw_reading": ", ".join(f.name for f in READING if not pa.types.is_list(f.type)),
    "reading": "exchange",
    "fact": "account",
    "account": "account_id",
    "activity": "account, hour",
    "exchange_stream": "exchange, stream",
    "stream_account": "stream, account",
    "stream": "stream",
    "attribute": "kind, value, account",
    "present": "name",
}
"""Every table of the fold, and an order in which its rows are told apart."""
_CLOSE = 1e-9


def given(folder: Path, **changed: object) -> Given:
    """A world's folder as a run is pointed at it."""
    values: dict[str, object] = {
        "logs": folder / "exchanges",
        "table": None,
        "accounts": folder / "accounts.parquet",
        "releases": folder / "releases.parquet",
        "out": None,
        "format": None,
        "mapping": None,
        "as_of": None,
        "on_progress": None,
    }
    return Given(**(values | changed))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolled:
    """A fold over a world.

    Attributes:
        tables: Every table of it.
        earlier: The readings that were known at an earlier moment.
        summary: What became of the records.
        repeats: Rows that were delivered before.
    """

    tables: dict[str, pa.Table]
    earlier: pa.Table
    summary: Summary
    repeats: int


def rolled(name: EngineName, what: Given, moment: datetime) -> Rolled:
    """The fold on one of the engines."""
    with opened(name, what, Settings()) as (engine, inputs):
        inputs.spool(engine)
        _, repeats = fold(engine, accounts=inputs.accounts, releases=inputs.releases)
        tables = {n: _all(engine, n, order) for n, order in TABLES.items()}
        clean(engine, as_of=moment)
        return Rolled(
            tables=tables,
            earlier=engine.fetch("SELECT exchange, hour FROM reading ORDER BY exchange"),
            summary=inputs.summary,
            repeats=repeats,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the stages after the fold make of a world.

    Attributes:
        hubs: What accounts share, one column a field.
        spokes: Which accounts share it.
        communities: By account and view, the community.
        groups: Probability, account ids and what tied them, most probable first.
        signals: By detector and group, its bits and its sentence.
        sizes: Accounts, rows text × account, rows value × account that reached the driver.
        said: What was left out for the bounds.
    """

    hubs: pa.Table
    spokes: pa.Table
    communities: pa.Table
    groups: list[tuple[float, tuple[str, ...], tuple[float, ...]]]
    signals: dict[str, list[tuple[float, str] | None]]
    sizes: tuple[int, int, int]
    said: list[str]


def judged(name: EngineName, what: Given, bounds: Bounds | None = None) -> Judged:
    """Every stage after the fold, on one of the engines."""
    settings = Settings() if bounds is None else Settings(spark=_as_settings(bounds))
    with ExitStack() as stack:
        engine, inputs = stack.enter_context(opened(name, what, settings))
        if name == "duckdb" and bounds is not None:
            engine = stack.enter_context(DuckDB(memory="1GB", bounds=bounds))
        inputs.spool(engine)
        tables, _ = fold(engine, accounts=inputs.accounts, releases=inputs.releases)
        found = judge(tables)
        hubs = tables.hubs
        seen = {
            f"view {i}": communities(fitting(tables, view), tables.accounts.num_rows, view)
            for i, view in enumerate(VIEWS)
        }
        return Judged(
            hubs=pa.table({"kind": hubs.kind, "bits": hubs.bits, "stream": hubs.stream}),
            spokes=pa.table({"hub": hubs.hub, "account": hubs.account}),
            communities=pa.table(seen),
            groups=[
                (a.probability, tuple(tables.ids[i] for i in a.group.accounts), tuple(t.bits))
                for a, t in zip(found.assessments, found.ties, strict=True)
            ],
            signals={
                o.detector.name: [s and (s.bits, s.reason) for s in o.signals]
                for o in found.outcomes
            },
            sizes=(tables.accounts.num_rows, tables.stream_rows.num_rows, tables.values.num_rows),
            said=tables.bounded,
        )


def _as_settings(bounds: Bounds) -> SparkSettings:
    return SparkSettings(
        driver_keys=bounds.keys,
        judged_accounts=bounds.accounts,
        judged_stream_rows=bounds.stream_rows,
        judged_values=bounds.values,
        component_spokes=bounds.component_spokes,
    )


def differences(one: Mapping[str, pa.Table], other: Mapping[str, pa.Table]) -> list[str]:
    """Tables and columns that are not the same; floats may differ by a billionth."""
    return [
        f"{name}.{column}"
        for name, table in one.items()
        for column in table.column_names
        if not _same(table[column], other[name][column])
    ]


def _all(engine: Engine, name: str, order: str) -> pa.Table:
    return engine.fetch(f"SELECT * FROM {name} ORDER BY {order}").combine_chunks()


def _same(one: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    if len(one) != len(other):
        return False
    if pa.types.is_floating(one.type):
        a, b = (c.to_numpy(zero_copy_only=False) for c in (one, other))
        return bool(np.allclose(a, b, rtol=_CLOSE, atol=_CLOSE, equal_nan=True))
    # a sum is 128 bits wide in one engine and 64 in the other
    return bool(one.equals(other.cast(one.type)))
