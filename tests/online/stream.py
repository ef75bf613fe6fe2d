"""What the tests of the stream share: a world in the order of time, and ways to cut it up."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from stillwatch.pipeline.inputs import Inputs, open_inputs
from stillwatch.pipeline.online.rollups import Rollups
from stillwatch.read import read_batches
from stillwatch.schema import READING
from stillwatch.settings import Online, Settings

SETTINGS = Settings(online=Online(segment_exchanges=2_000, window_hours=24 * 36_500))

ROLLUPS = {
    "account": "account_id",
    "activity": "account, hour",
    "stream": "stream",
    "stream_account": "stream, account",
    "exchange_stream": "exchange, stream",
    "key_stream": "key",
    "attribute": "kind, value, account",
    "present": "name",
}


@dataclass(frozen=True, slots=True)
class Streamed:
    """A world's folder, its readings by time, and its side tables, redacted."""

    folder: Path
    readings: pa.Table
    inputs: Inputs


def secret(folder: Path) -> str:
    """A secret file."""
    path = folder / "secret"
    path.write_text(hashlib.sha256(b"online").hexdigest() + "\n")
    path.chmod(0o600)
    return str(path)


def streamed(folder: Path) -> Streamed:
    """Read a world once."""
    inputs = opened(folder)
    table = pa.Table.from_batches(read_batches(inputs.batches()), READING)
    order = [("started_at", "ascending"), ("exchange_id", "ascending")]
    return Streamed(folder, table.sort_by(order).combine_chunks(), inputs)


def opened(folder: Path) -> Inputs:
    """A world's logs and side tables."""
    return open_inputs(
        folder / "exchanges", accounts=folder / "accounts.parquet",
        releases=folder / "releases.parquet", out=None, format=None, mapping=None, as_of=None,
        settings=Settings(),
    )  # fmt: skip


def hours(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """A table by time, an hour at a time."""
    hour = table["started_at"].cast(pa.int64()).to_numpy() // 3_600_000_000
    yield from _cut(table, np.flatnonzero(np.diff(hour)) + 1)


def pieces(table: pa.Table, rows: int) -> Iterator[pa.RecordBatch]:
    """A table, some rows at a time."""
    yield from _cut(table, np.arange(rows, table.num_rows, rows))


def whole(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """A table at once."""
    yield from _cut(table, np.empty(0, np.int64))


def _cut(table: pa.Table, at: np.ndarray) -> Iterator[pa.RecordBatch]:
    batch = table.to_batches()[0]
    ends = [0, *at.tolist(), table.num_rows]
    for start, end in itertools.pairwise(ends):
        yield batch.slice(start, end - start)


def rollups(
    history: Path, world: Streamed, sums: Rollups | None = None, *, settings: Settings = SETTINGS
) -> dict[str, pa.Table]:
    """The rolled-up tables of a history, each in a fixed order; `sums` go on, else all anew."""
    with nullcontext(sums) if sums else Rollups(history, settings) as opened:
        now = opened.now(accounts=world.inputs.accounts, releases=world.inputs.releases)
        return {
            name: now.tables.engine.fetch(f"SELECT * FROM {name} ORDER BY {by}")
            for name, by in ROLLUPS.items()
        }
