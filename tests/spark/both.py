"""The two engines over the same logs, and how their tables are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from stillwatch.engine import Engine
from stillwatch.ingest import Summary
from stillwatch.pipeline.fold import fold
from stillwatch.pipeline.opened import Given, opened
from stillwatch.rollup import clean
from stillwatch.schema import READING
from stillwatch.settings import EngineName, Settings

__all__ = ["TABLES", "Rolled", "differences", "given", "rolled"]

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
