"""One whole run over a world, stage by stage, and what the machine could do at best.

python benchmarks/measure.py run|limits FOLDER   prints one line of JSON
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np
import psutil
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.pipeline.batch import detect
from stillwatch.pipeline.inputs import open_inputs
from stillwatch.read import read
from stillwatch.settings import Settings

__all__ = ["Stopwatch"]

_TEXTS = ("system_text", "prompt_text", "response_text")
_SAMPLE = 6  # batches of text that one core reads
_MOST = 4_000_000  # rows that the limits are measured on


class Stopwatch:
    """Listens to a run: seconds, processor seconds and peak memory of each stage."""

    def __init__(self) -> None:
        self.stages: list[dict[str, float | str]] = []
        self._process = psutil.Process()
        self._peak = 0
        self._name = "open"
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._start()
        self._watcher.start()

    def stage(self, name: str, total_bytes: int | None = None) -> None:
        """Close the stage that ends and start the next."""
        del total_bytes
        self._close()
        self._name = name

    def advance(self, count_bytes: int = 0, rows: int = 0) -> None:
        """Nothing to note."""

    def stop(self) -> None:
        """Close the last stage."""
        self._close()
        self._done.set()
        self._watcher.join()

    def _start(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def _close(self) -> None:
        self._see()
        self.stages.append({
            "stage": self._name,
            "seconds": time.perf_counter() - self._wall,
            "cpu_seconds": time.process_time() - self._cpu,
            "peak_mib": self._peak / 2**20,
        })  # fmt: skip
        self._peak = 0
        self._start()

    def _see(self) -> None:
        self._peak = max(self._peak, self._process.memory_info().rss)

    def _watch(self) -> None:
        while not self._done.wait(0.05):
            self._see()


def run(folder: Path) -> dict[str, object]:
    """A whole batch run: logs in, report out."""
    watch = Stopwatch()
    with tempfile.TemporaryDirectory(prefix="stillwatch-bench-") as out:
        found = detect(
            folder / "exchange", accounts=folder / "account.parquet", out=out, progress=watch
        )
    watch.stop()
    return {
        "stages": watch.stages,
        "exchanges": found.report["traffic"]["exchanges"],
        "accounts": found.report["traffic"]["accounts"],
        "campaigns": found.campaigns.num_rows,
        "failed": [d["name"] for d in found.report["detectors"] if d["status"] == "failed"],
    }


def limits(folder: Path) -> dict[str, float]:
    """Rates that the stages are held against, each measured on this machine and these files."""
    paths = sorted((folder / "exchange").glob("*.parquet"))
    some = paths[: max(1, _MOST // pq.ParquetFile(paths[0]).metadata.num_rows)]
    rows = sum(pq.ParquetFile(p).metadata.num_rows for p in some)
    seconds, cpu = _timed(lambda: sum(_decoded(p) for p in some))
    ingested = open_inputs(
        some, accounts=None, releases=None, out=None, format=None, mapping=None, as_of=None,
        settings=Settings(),
    )  # fmt: skip
    ingest_seconds, ingest_cpu = _timed(lambda: sum(b.num_rows for b in ingested.again(set())))
    batches = list(islice(open_inputs(
        some, accounts=None, releases=None, out=None, format=None, mapping=None, as_of=None,
        settings=Settings(),
    ).again(set()), _SAMPLE))  # fmt: skip
    read(batches[0].slice(0, 1000))
    _, read_cpu = _timed(lambda: [read(b).num_rows for b in batches])
    read_rows = sum(b.num_rows for b in batches)
    text = sum(pc.sum(pc.binary_length(b[n])).as_py() or 0 for b in batches for n in _TEXTS)
    return {
        "copy_bytes_per_second": _copy(),
        "decode_rows_per_second": rows / seconds,
        "decode_rows_per_cpu_second": rows / cpu,
        "ingest_rows_per_second": rows / ingest_seconds,
        "ingest_rows_per_cpu_second": rows / ingest_cpu,
        "read_rows_per_cpu_second": read_rows / read_cpu,
        "read_bytes_per_cpu_second": text / read_cpu,
        **_grouping(min(rows, _MOST)),
    }


def _decoded(path: Path) -> int:
    return sum(b.num_rows for b in pq.ParquetFile(path).iter_batches(65_536))


def _copy() -> float:
    data = np.ones(256_000_000, np.uint8)
    target = np.empty_like(data)
    np.copyto(target, data)
    best = min(_timed(lambda: np.copyto(target, data))[0] for _ in range(5))
    return data.nbytes / best


def _grouping(rows: int) -> dict[str, float]:
    """DuckDB counts eight 64-bit keys a row: half of them rare, half of them common."""
    base = duckdb.connect(config={"preserve_insertion_order": False, "memory_limit": "4GB"})
    columns = ", ".join(
        f"CAST(hash(i * 8 + {k}) % {rows if k % 2 else 20_000} AS BIGINT) AS k{k}" for k in range(8)
    )
    base.execute(f"CREATE TABLE keys AS SELECT {columns} FROM range({rows}) r(i)")
    every = " UNION ALL ".join(f"SELECT k{k} AS k FROM keys" for k in range(8))
    counted = f"SELECT count(*) FROM (SELECT k, count(*) AS n FROM ({every}) GROUP BY k)"
    seconds, cpu = _timed(lambda: base.execute(counted).fetchall())
    base.close()
    return {"group_rows_per_second": rows / seconds, "group_rows_per_cpu_second": rows / cpu}


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Measure in this process and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", choices=["run", "limits"])
    options.add_argument("folder", type=Path)
    given = options.parse_args()
    print(json.dumps((run if given.what == "run" else limits)(given.folder)))


if __name__ == "__main__":
    main()
