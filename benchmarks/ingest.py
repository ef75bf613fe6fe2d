"""Rows and megabytes a second through ingest, against decoding alone, which is the limit.

python benchmarks/ingest.py [rows] [--profile]
"""

from __future__ import annotations

import argparse
import gc
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.ingest import Ingest, Quarantine, Redactor, sources
from stillwatch.schema import EXCHANGE, TIME

_GROUP = 131_072


def _group(rows: int, first: int, seed: int) -> pa.RecordBatch:
    rng = np.random.default_rng(seed)
    words = np.array([f"word{i}" for i in range(5000)])

    def texts(length: int) -> list[str]:
        body = [" ".join(words[rng.integers(0, 5000, length)]) for _ in range(512)]
        return [f"{i} {body[j]}" for i, j in enumerate(rng.integers(0, 512, rows))]

    accounts = rng.zipf(1.3, rows) % 50_000
    given: dict[str, object] = {
        "exchange_id": [f"x{first + i}" for i in range(rows)],
        "started_at": pa.array(
            1_771_804_800_000_000 + np.sort(rng.integers(0, 10**12, rows)), TIME
        ),
        "account_id": [f"a{a}" for a in accounts],
        "credential_id": [
            f"k{a}-{b}" for a, b in zip(accounts, rng.integers(0, 3, rows), strict=True)
        ],
        "client_ip": [
            f"10.{a % 256}.{b}.{b % 7}"
            for a, b in zip(accounts, rng.integers(0, 250, rows), strict=True)
        ],
        "user_agent": ["python-httpx/0.27"] * rows,
        "model": ["m-large"] * rows,
        "duration_ms": rng.gamma(2.0, 900.0, rows),
        "temperature": rng.choice([0.0, 0.7, 1.0], rows),
        "prompt_text": texts(60),
        "response_text": texts(90),
        "input_tokens": rng.integers(10, 900, rows),
        "output_tokens": rng.integers(10, 900, rows),
        "content_state": ["full"] * rows,
    }
    columns = [
        pa.array(given[f.name], f.type) if f.name in given else pa.nulls(rows, f.type)
        for f in EXCHANGE
    ]
    return pa.RecordBatch.from_arrays(columns, schema=EXCHANGE)


def _write(folder: Path, rows: int) -> tuple[Path, int]:
    path, size = folder / "exchanges.parquet", 0
    with pq.ParquetWriter(path, EXCHANGE, compression="zstd") as writer:
        for seed, first in enumerate(range(0, rows, _GROUP)):
            batch = _group(min(_GROUP, rows - first), first, seed)
            size += batch.nbytes
            writer.write_batch(batch)
    return path, size


def _ingest(path: Path) -> Iterator[pa.RecordBatch]:
    run = Ingest(sources([path]), redactor=Redactor(b"b" * 32), quarantine=Quarantine(None))
    return run.batches()


def _measure(name: str, size: int, read: Callable[[], Iterator[pa.RecordBatch]]) -> float:
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    rows = sum(batch.num_rows for batch in read())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"{name:<28} {rows:>9,} rows {rows / wall:>11,.0f} rows/s {size / wall / 1e6:>8,.0f} MB/s"
        f"   a CPU-second: {rows / cpu:>10,.0f} rows {size / cpu / 1e6:>7,.0f} MB"
    )
    return wall


def main() -> None:
    """Writes a file, reads it three ways, prints what each cost."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rows", nargs="?", type=int, default=500_000)
    rows = options.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        path, size = _write(Path(folder), rows)
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        limit = _measure(
            "Parquet, decoding alone", size, lambda: pq.ParquetFile(path).iter_batches(65_536)
        )
        taken = _measure("Parquet, ingest", size, lambda: _ingest(path))
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024
        print(
            f"ingest takes {taken / limit:.2f} times decoding; peak memory grew by {grown:,.0f} MiB"
        )
        lines = Path(folder) / "exchanges.jsonl"
        few = min(rows, 100_000)
        with lines.open("wb") as out:
            for batch in pq.ParquetFile(path).iter_batches(10_000):
                for row in batch.to_pylist()[: max(0, few)]:
                    out.write(orjson.dumps({k: v for k, v in row.items() if v is not None}) + b"\n")
                few -= batch.num_rows
                if few <= 0:
                    break
        _measure("canonical JSON lines, ingest", lines.stat().st_size, lambda: _ingest(lines))


if __name__ == "__main__":
    main()
