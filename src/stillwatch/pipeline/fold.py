"""Exchanges to rolled-up tables: the fold that batch, replay and online share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa

from stillwatch import rollup
from stillwatch.engine import Engine
from stillwatch.pipeline.narrow import narrow
from stillwatch.read import read_batches
from stillwatch.rollup import Tables
from stillwatch.schema import READING
from stillwatch.settings import Detect

__all__ = ["fold", "spool"]

_LEAST = Detect()


def spool(engine: Engine, batches: Iterable[pa.RecordBatch], *, threads: int = 2) -> int:
    """Read canonical batches and keep the readings as `raw_reading`; returns their number."""
    return engine.spool("raw_reading", read_batches(batches, threads=threads), READING)


def fold(
    engine: Engine,
    *,
    accounts: pa.Table | None = None,
    releases: pa.Table | None = None,
    as_of: datetime | None = None,
    minimum_exchanges: int = _LEAST.minimum_exchanges,
    minimum_parties: int = _LEAST.minimum_parties,
    keep: bool = False,
) -> tuple[Tables, int]:
    """Roll `raw_reading` up, as known at `as_of`; returns the tables and the number of repeats.

    Args:
        engine: Holds `raw_reading`.
        accounts: Table of schema ACCOUNT, redacted, or None.
        releases: Table of schema MODEL_RELEASE, or None.
        as_of: The moment; later exchanges are left out. None takes all.
        minimum_exchanges: A text must be sent this often before it is a stream …
        minimum_parties: … and by this many parties.
        keep: Leave the tables that `rollup.grow` needs to add readings.
    """
    repeats = rollup.clean(engine, as_of=as_of)
    rollup.accounts(engine, accounts)
    rollup.activity(engine)
    rollup.streams(
        engine, minimum_exchanges=minimum_exchanges, minimum_parties=minimum_parties, keep=keep
    )
    rollup.attributes(engine, keep=keep)
    rollup.present(engine, releases)
    bounded = narrow(engine, minimum_exchanges=minimum_exchanges, minimum_parties=minimum_parties)
    return Tables(engine, releases=releases, bounded=bounded), repeats
