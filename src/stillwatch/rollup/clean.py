"""The readings that count: each exchange once, nothing after the moment of the run."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from stillwatch.engine import Engine
from stillwatch.schema import READING

__all__ = ["HOUR_OF", "clean", "microseconds"]

HOUR_OF = "CAST(epoch_us(started_at) // 3600000000 AS INTEGER)"
"""Expression: hours since 1970."""
_FIRST = ("started_at", "account", "item", "prompt_bytes", "answer_bytes", "output_tokens")
_ORDER = ", ".join(
    [*_FIRST, *(f.name for f in READING if f.name not in _FIRST and not pa.types.is_list(f.type))]
)
"""All that two rows of one exchange can differ in, so that none of them is left to chance."""


def microseconds(moment: datetime) -> int:
    """A moment as microseconds since 1970, UTC.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)


def clean(engine: Engine, *, as_of: datetime | None = None) -> int:
    """Name `reading`: table `raw_reading` without repeated exchanges and without the future.

    Of several rows with one `exchange` the least in a fixed order stays, so the result does not
    depend on which file came first.

    Returns:
        How many rows were repeats.
    """
    engine.create(
        "repeated",
        "SELECT exchange, count(*) AS times FROM raw_reading GROUP BY exchange HAVING count(*) > 1",
    )
    extra = engine.fetch("SELECT CAST(coalesce(sum(times - 1), 0) AS BIGINT) AS n FROM repeated")
    repeats = int(extra["n"][0].as_py())
    source = "SELECT * FROM raw_reading"
    if repeats:
        engine.create(
            "kept_once",
            f"""SELECT * EXCLUDE (place) FROM (
                SELECT r.*, row_number() OVER (PARTITION BY r.exchange ORDER BY {_ORDER}) AS place
                FROM raw_reading r SEMI JOIN repeated d ON r.exchange = d.exchange
            ) WHERE place = 1""",
        )
        source = """SELECT * FROM raw_reading r ANTI JOIN repeated d ON r.exchange = d.exchange
                    UNION ALL SELECT * FROM kept_once"""
    moment = "" if as_of is None else f"WHERE started_at < TIMESTAMPTZ '{as_of.isoformat(sep=' ')}'"
    engine.view(
        "reading",
        f"""SELECT *, {HOUR_OF} AS hour
            FROM ({source}) {moment}""",
    )
    return repeats
