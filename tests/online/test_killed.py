"""A writer that is killed at any moment loses nothing that it acknowledged and doubles nothing."""

from __future__ import annotations

import multiprocessing
import random
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import writer

from stillwatch.pipeline.online.history import History
from stillwatch.pipeline.online.snapshot import snapshot
from stillwatch.schema import READING
from stillwatch.settings import Online

KILLS = 50


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        {
            "exchange_id": f"x{i}",
            "exchange": i * 7919 + 1,
            "started_at": 1_780_000_000_000_000 + i * 1_000_000,
            "account_id": f"a{i % 50}",
            "account": i % 50,
        }
        for i in range(21_000)
    ]
    path = tmp_path_factory.mktemp("source") / "readings.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=READING), path)
    return path


def _held(folder: Path, copied: Path) -> list[str]:
    copied.mkdir()
    snapshot(folder, copied)
    tables = [pq.read_table(p, columns=["exchange_id"]) for p in copied.glob("*.parquet")]
    return [name for table in tables for name in table["exchange_id"].to_pylist()]


def _wait(log: Path, more: int) -> None:
    """Until so many more commits were acknowledged."""
    wanted = log.stat().st_size + more
    until = time.monotonic() + 60
    while log.stat().st_size < wanted and time.monotonic() < until:
        time.sleep(0.001)


def test_fifty_kills_under_load_lose_and_double_nothing(source: Path, tmp_path: Path) -> None:
    chance = random.Random(11)
    folder, log = tmp_path / "history", tmp_path / "acknowledged"
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["writer"])
    held: list[str] = []
    for turn in range(KILLS):
        ready = server.Event()
        process = server.Process(target=writer.run, args=(folder, source, log, ready))
        process.start()
        assert ready.wait(60)
        _wait(log, chance.randrange(25))
        time.sleep(chance.random() * 0.01)
        assert process.is_alive(), "the writer was done before it was killed"
        process.kill()  # SIGKILL
        process.join()
        held = _held(folder, tmp_path / f"copy-{turn}") if folder.exists() else []
        assert len(held) == len(set(held)), "an exchange is held twice"
        acknowledged = log.stat().st_size * writer.EACH
        lost = {f"x{i}" for i in range(acknowledged)} - set(held)
        assert lost == set(), f"{len(lost)} acknowledged exchanges are gone after kill {turn + 1}"
    assert len(held) > 2_000, "there was no load"


@pytest.mark.parametrize("left", [1, 5, 40, 200])
def test_a_journal_that_is_torn_is_read_to_its_last_whole_batch(
    source: Path, tmp_path: Path, left: int
) -> None:
    batch = pq.read_table(source, schema=READING).combine_chunks().to_batches()[0]
    settings = Online(window_hours=24 * 365)
    with History(tmp_path, settings) as history:
        history.add([batch.slice(0, 10)])
        whole = (tmp_path / "journal-00000000").stat().st_size
        history.add([batch.slice(10, 10)])
    path = tmp_path / "journal-00000000"
    path.write_bytes(path.read_bytes()[: whole + left])
    with History(tmp_path, settings) as again:
        assert again.rows == 10
        told = again.add([batch.slice(0, 20)])[0]
        assert (told.accepted, told.repeated) == (10, 10)
    with History(tmp_path, settings) as after:
        assert after.rows == 20


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with (
        History(tmp_path),
        pytest.raises(Exception, match="another process writes the history"),
    ):
        History(tmp_path)
