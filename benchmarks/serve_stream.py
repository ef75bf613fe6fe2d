"""What a service takes, how much it holds, and how soon it has looked at what came."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import httpx
import numpy as np
import orjson
from serve_service import Service
from serve_table import Row

_TRICKLE = 200  # exchanges a second


def streamed(folder: Path, world: Path, exchanges: int, steady: float) -> list[Row]:
    """A world, over and over under other ids, until so many were taken; then a trickle."""
    bodies = _bodies(world)
    service = Service(folder, "--accounts", str(world / "accounts.parquet"))
    rows: list[Row] = []
    try:
        begun, start = time.perf_counter(), service.memory()
        taken, peak = 0, start
        lags: list[float] = []
        looks: list[float] = []
        stop = threading.Event()
        watcher = threading.Thread(target=_lags, args=(service, lags, looks, stop))
        watcher.start()
        half = 0
        for turn in range(10**6):
            for text, count in bodies:
                body = text.replace(b"@@", str(turn).encode())
                told = service.client.post("/v1/exchanges", content=body)
                told.raise_for_status()
                taken += count
                peak = max(peak, service.memory())
            if not half and taken >= exchanges / 2:
                half = service.memory()
            if taken >= exchanges:
                break
        took = time.perf_counter() - begun
        end = service.memory()
        most = len(looks) + 2  # one that knows everything, whatever was under way
        until = time.perf_counter() + 300
        while len(looks) < most and time.perf_counter() < until and not _whole(service, taken):
            time.sleep(0.5)  # the report is another process's; only the file tells
        filled = len(looks), len(lags)
        trickled = _trickle(service, bodies, turn, steady)
        stop.set()
        watcher.join()
        rows = [
            Row("streamed", taken, "exchanges"),
            Row("a trickle after it", trickled, "exchanges"),
            Row("ingest, one sender", taken / took, "exchanges/s"),
            Row("memory at the start", start / 2**20, "MiB"),
            Row("memory after half", (half or end) / 2**20, "MiB"),
            Row("memory at the end", end / 2**20, "MiB"),
            Row("memory, greatest", peak / 2**20, "MiB"),
        ]
        n, m = filled
        for name, each, waited in (
            ("filling", looks[:n], lags[:m]),
            ("then a trickle", looks[n:], lags[m:]),
        ):
            rows.append(Row(f"{name}: assessments", len(each), ""))
            rows += _spread(f"{name}: an assessment", each)
            rows += _spread(f"{name}: exchange to assessment", waited)
    finally:
        service.end()
    return rows


def _trickle(service: Service, bodies: list[tuple[bytes, int]], turn: int, seconds: float) -> int:
    """Send two hundred exchanges a second or so to a window that is full; returns how many."""
    sent, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        text, count = bodies[turn % len(bodies)]
        turn += 1
        told = service.client.post("/v1/exchanges", content=text.replace(b"@@", b"t%d" % turn))
        told.raise_for_status()
        sent += count
        time.sleep(count / _TRICKLE)  # the pace that is measured
    return sent


def _spread(name: str, seconds: list[float]) -> list[Row]:
    if not seconds:
        return []
    return [
        Row(f"{name}, median", float(np.median(seconds)), "s"),
        Row(f"{name}, greatest", float(np.max(seconds)), "s"),
    ]


def _whole(service: Service, taken: int) -> bool:
    """Whether the newest report counts every exchange that was taken."""
    path = service.folder / "results" / "report.json"
    if not path.exists():
        return False
    counted: int = orjson.loads(path.read_bytes())["traffic"]["exchanges"]
    return counted >= taken


def _bodies(world: Path) -> list[tuple[bytes, int]]:
    """The world's exchanges as lines; the mark in each id makes it another one in each turn."""
    import pyarrow.dataset as ds  # noqa: PLC0415 - only here

    table = ds.dataset(world / "exchanges", format="parquet").to_table()
    table = table.select([n for n in table.column_names if n != "day"])
    table = table.sort_by("started_at")
    found = []
    for batch in table.to_batches(max_chunksize=1_000):
        lines = []
        for row in batch.to_pylist():
            row["exchange_id"] += "-@@"
            lines.append(orjson.dumps({k: v for k, v in row.items() if v is not None}))
        found.append((b"\n".join(lines), batch.num_rows))
    return found


def _lags(service: Service, lags: list[float], took: list[float], stop: threading.Event) -> None:
    """The longest that an exchange waited for each assessment, and how long that took."""
    seen, total = 0.0, 0.0
    with httpx.Client(base_url=service.client.base_url, headers=service.client.headers) as client:
        while not stop.wait(0.5):
            told = dict(
                line.rsplit(" ", 1)
                for line in client.get("/metrics").text.splitlines()
                if line.startswith("stillwatch_assessment")
            )
            count = float(told["stillwatch_assessment_seconds_count"])
            if count == seen:
                continue
            now = float(told["stillwatch_assessment_seconds_sum"])
            took.append(now - total)
            seen, total = count, now
            if (lag := float(told["stillwatch_assessment_lag_seconds"])) > 0:
                lags.append(lag)
