"""Exchanges to rolled-up tables: the fold that batch, replay and online share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa

from stillwatch import rollup
from stillwatch.engine import Engine
from stillwatch.read import read_batches
from stillwatch.rollup import Tables
from stillwatch.schema import READING

__all__ = ["MINIMUM_EXCHANGES", "MINIMUM_PARTIES", "fold", "spool"]

MINIMUM_EXCHANGES = 12
"""A text must be sent this often before it is a stream."""
MINIMUM_PARTIES = 3
"""… and by this many parties; a campaign needs as many."""


def spool(engine: Engine, batches: Iterable[pa.RecordBatch], *, threads: int = 2) -> int:
    """Read canonical batches and keep the readings as `raw_reading`; returns their number."""
    return engine.spool("raw_reading", read_batches(batches, threads=threads), READING)


def fold(
    engine: Engine,
    *,
    accounts: pa.Table | None = None,
    releases: pa.Table | None = None,
    as_of: datetime | None = None,
) -> tuple[Tables, int]:
    """Roll `raw_reading` up, as known at `as_of`; returns the tables and the number of repeats."""
    repeats = rollup.clean(engine, as_of=as_of)
    rollup.accounts(engine, accounts)
    rollup.activity(engine)
    rollup.streams(engine, minimum_exchanges=MINIMUM_EXCHANGES, minimum_parties=MINIMUM_PARTIES)
    rollup.attributes(engine)
    rollup.present(engine, releases)
    return Tables(engine, releases=releases), repeats
