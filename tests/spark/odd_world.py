"""A small world with all that may make two engines disagree; written as a folder of Parquet files.

Nulls, rows and values that must be refused, files without rows or without columns, one account with
nearly a third of the rows, one text in half of them, exchanges that were delivered twice, some of
them changed on the way, and times written in several zones.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.sim import World, simulate
from stillwatch.sim.world import Campaign

__all__ = ["REFUSED", "REPEATED", "write"]

REFUSED = 60
REPEATED = 500
_PLAIN = World(
    accounts=150,
    exchanges=3_000,
    days=6,
    seed=11,
    campaigns=(
        Campaign(technique="reward grading", accounts=16, exchanges=900, days=4, start_day=1),
    ),
)
_BUSY = 0.3
_OFTEN_NULL = ("client_net", "organization_id", "session_id", "output_tokens", "tool_names")


def write(folder: Path) -> None:
    """Write `exchanges/`, `accounts.parquet` and `releases.parquet`."""
    simulate(_PLAIN, folder, workers=1)
    logs = pq.ParquetDataset(folder / "exchanges").read(use_threads=False)
    plain = pa.schema([pa.field(f.name, f.type) for f in logs.schema if f.name != "day"])
    logs = logs.select(plain.names).cast(plain)
    rng = np.random.default_rng(3)
    logs = _skewed(_with_nulls(logs, rng), rng)
    for old in (folder / "exchanges").rglob("*.parquet"):
        old.unlink()
    files = _files(logs, rng)
    for number, table in enumerate(files):
        inside = folder / "exchanges" / f"part={number % 2}"
        inside.mkdir(exist_ok=True)
        pq.write_table(table, inside / f"{number:02d}.parquet", row_group_size=400)


def _set(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.set_column(at, name, values)


def _with_nulls(logs: pa.Table, rng: np.random.Generator) -> pa.Table:
    for name in _OFTEN_NULL:
        lost = pa.array(rng.random(logs.num_rows) < 0.2)
        kept = pc.if_else(lost, pa.scalar(None, logs[name].type), logs[name])
        logs = _set(logs, name, kept)
    return logs


def _skewed(logs: pa.Table, rng: np.random.Generator) -> pa.Table:
    """One account has many rows more; one system text stands in half of all rows."""
    busy = logs.filter(pc.equal(logs["account_id"], logs["account_id"][0]))
    wanted = int(logs.num_rows * _BUSY / (1 - _BUSY))
    more = busy.take(pa.array(rng.integers(0, busy.num_rows, wanted)))
    more = _set(more, "exchange_id", pa.array([f"more-{i}" for i in range(wanted)]))
    late = [
        t + timedelta(microseconds=int(i))
        for t, i in zip(more["started_at"].to_pylist(), rng.integers(0, 10**9, wanted), strict=True)
    ]
    more = _set(more, "started_at", pa.array(late, logs.schema.field("started_at").type))
    both = pa.concat_tables([logs, more])
    half = pa.array(rng.random(both.num_rows) < 0.5)
    text = pa.scalar("You are the helper of a very large product. Be kind and brief.")
    return _set(both, "system_text", pc.if_else(half, text, both["system_text"]))


def _files(logs: pa.Table, rng: np.random.Generator) -> list[pa.Table]:
    mixed = logs.take(pa.array(rng.permutation(logs.num_rows)))
    step = -(-mixed.num_rows // 5)
    parts = [mixed.slice(at, step) for at in range(0, mixed.num_rows, step)]
    again = logs.slice(100, REPEATED)
    changed = pc.add(pc.fill_null(again["output_tokens"], 0), pa.array(np.arange(REPEATED) % 3))
    elsewhere = pc.cast(parts[1]["started_at"], pa.timestamp("us", "Asia/Kolkata"))
    milliseconds = pc.cast(parts[2]["started_at"], pa.timestamp("ms", "UTC"), safe=False)
    return [
        parts[0],
        _set(parts[1], "started_at", elsewhere),
        _set(parts[2], "started_at", milliseconds),
        parts[3].drop_columns(["temperature", "image_digests", "tls_fingerprint"]),
        *parts[4:],
        logs.slice(0, 0),
        _set(again, "output_tokens", changed),
        _refused(logs.slice(700, REFUSED + 20)),
    ]


def _refused(logs: pa.Table) -> pa.Table:
    """Rows without an account, without an id, before there were models; 20 with a count below 0."""
    rows = np.arange(logs.num_rows)
    nothing = pa.scalar(None, pa.string())
    logs = _set(logs, "exchange_id", pc.binary_join_element_wise(logs["exchange_id"], "-bad", ""))
    logs = _set(logs, "account_id", pc.if_else(pa.array(rows < 20), nothing, logs["account_id"]))
    logs = _set(
        logs,
        "exchange_id",
        pc.if_else(pa.array((rows >= 20) & (rows < 40)), nothing, logs["exchange_id"]),
    )
    old = pa.scalar(0, logs.schema.field("started_at").type)
    early = pa.array((rows >= 40) & (rows < REFUSED))
    logs = _set(logs, "started_at", pc.if_else(early, old, logs["started_at"]))
    below = pa.array(np.where(rows >= REFUSED, -5, 7))
    return _set(logs, "output_tokens", below)
