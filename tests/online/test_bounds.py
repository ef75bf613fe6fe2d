"""What a history holds is bounded, and what it let go is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.pipeline.online.history import History
from stillwatch.pipeline.online.sampling import kept
from stillwatch.pipeline.online.snapshot import snapshot
from stillwatch.schema import READING
from stillwatch.settings import Online

HOUR = 3_600_000_000
START = 1_780_000_000_000_000 // HOUR * HOUR


def _batch(first: int, rows: int, *, step_us: int = 1_000_000) -> pa.RecordBatch:
    at = np.arange(first, first + rows)
    digests = np.random.default_rng(1).integers(-(2**62), 2**62, first + rows)[first:]
    columns = {
        "exchange_id": pa.array([f"x{i}" for i in at]),
        "exchange": pa.array(digests),
        "started_at": pa.array(START + at * step_us, pa.timestamp("us", tz="UTC")),
        "account_id": pa.array([f"a{i % 9}" for i in at]),
        "account": pa.array(at % 9),
    }
    arrays = [columns.get(f.name, pa.nulls(rows, f.type)) for f in READING]
    return pa.RecordBatch.from_arrays(arrays, schema=READING)


def _held(folder: Path, copied: Path) -> pa.Table:
    copied.mkdir()
    snapshot(folder, copied)
    return pa.concat_tables([pq.read_table(p) for p in sorted(copied.glob("*.parquet"))])


def test_what_leaves_the_window_is_removed_from_the_disk(tmp_path: Path) -> None:
    settings = Online(window_hours=2, segment_exchanges=100)
    with History(tmp_path, settings) as history:
        for i in range(60):  # ten hours
            history.add([_batch(i * 100, 100, step_us=6_000_000)])
        late = history.add([_batch(0, 50, step_us=6_000_000)])[0]
        assert history.rows <= 1_400
    assert late.expired == 50
    assert len(list((tmp_path / "segments").iterdir())) <= 14


def test_too_much_is_sampled_and_says_so(tmp_path: Path) -> None:
    settings = Online(most_exchanges=4_000, segment_exchanges=500, window_hours=10_000)
    told = []
    with History(tmp_path / "h", settings) as history:
        for i in range(80):
            told += history.add([_batch(i * 500, 500)])
        assert history.manifest.rate < 1
        rows, rate = history.rows, history.manifest.rate
    assert rows < 3 * 4_000
    assert sum(t.accepted + t.sampled_out for t in told) == 40_000
    table = _held(tmp_path / "h", tmp_path / "copy")
    share = table["sample_rate"].combine_chunks().fill_null(1.0).to_numpy()
    assert share.min() == rate
    # each kept exchange stands for 1/rate: the sum estimates what came
    assert float((1 / share).sum()) == pytest.approx(40_000, rel=0.1)


def test_the_rate_rises_again_when_there_is_room(tmp_path: Path) -> None:
    settings = Online(most_exchanges=2_000, segment_exchanges=200, window_hours=1)
    with History(tmp_path, settings) as history:
        for i in range(20):
            history.add([_batch(i * 500, 500, step_us=1_000)])
        low = history.manifest.rate
        for i in range(40):
            history.add([_batch(20_000 + i * 500, 500, step_us=36_000_000)])
        assert low < 0.5
        assert history.manifest.rate > low


def test_what_a_rate_keeps_every_higher_rate_keeps() -> None:
    digests = np.random.default_rng(2).integers(-(2**62), 2**62, 20_000)
    before = np.ones(len(digests), bool)
    for power in range(6):
        now = kept(digests, 0.5**power)
        assert not (now & ~before).any()
        assert now.mean() == pytest.approx(0.5**power, rel=0.15)
        before = now


def test_a_clock_that_runs_ahead_pushes_nobody_out_of_the_window(tmp_path: Path) -> None:
    now = datetime.fromtimestamp(START / 1e6, UTC)
    settings = Online(window_hours=1)
    with History(tmp_path, settings, clock=lambda: now) as history:
        history.add([_batch(30 * 3600, 5)])  # thirty hours ahead
        told = history.add([_batch(0, 5)])[0]
    assert told.accepted == 5
