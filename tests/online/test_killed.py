"""A writer that is killed at any moment loses nothing that it acknowledged and doubles nothing."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.pipeline.online.history import History
from stillwatch.pipeline.online.snapshot import snapshot
from stillwatch.schema import READING
from stillwatch.settings import Online

KILLS = 50
# As a source does that acknowledges after the commit: what was not acknowledged comes again.
WRITER = """
import sys
from pathlib import Path
import pyarrow.parquet as pq
from stillwatch.pipeline.online.history import History
from stillwatch.schema import READING
from stillwatch.settings import Online
folder, source, acknowledged = map(Path, sys.argv[1:])
batch = pq.read_table(source, schema=READING).combine_chunks().to_batches()[0]
done = acknowledged.read_bytes().count(b"\\n") if acknowledged.exists() else 0
log = acknowledged.open("ab", buffering=0)
print("ready", flush=True)
with History(folder, Online(segment_exchanges=150, window_hours=24 * 365)) as history:
    while done * 7 < batch.num_rows:
        history.add([batch.slice(done * 7, 3), batch.slice(done * 7 + 3, 4)])
        log.write(b"\\n")  # the acknowledgement, after the commit
        done += 1
print("all", flush=True)
"""


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
        for i in range(140_000)
    ]
    path = tmp_path_factory.mktemp("source") / "readings.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=READING), path)
    return path


def _held(folder: Path, copied: Path) -> list[str]:
    copied.mkdir()
    snapshot(folder, copied)
    tables = [pq.read_table(p, columns=["exchange_id"]) for p in copied.glob("*.parquet")]
    return [name for table in tables for name in table["exchange_id"].to_pylist()]


def test_fifty_kills_under_load_lose_and_double_nothing(source: Path, tmp_path: Path) -> None:
    chance = random.Random(11)
    folder, log = tmp_path / "history", tmp_path / "acknowledged"
    held: list[str] = []
    killed = 0
    for turn in range(KILLS):
        words = [sys.executable, "-c", WRITER, str(folder), str(source), str(log)]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as writer:  # noqa: S603
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(chance.random() * 0.25)
            killed += writer.poll() is None
            writer.send_signal(signal.SIGKILL)
        held = _held(folder, tmp_path / f"copy-{turn}")
        assert len(held) == len(set(held)), "an exchange is held twice"
        acknowledged = log.read_bytes().count(b"\n") * 7 if log.exists() else 0
        lost = {f"x{i}" for i in range(acknowledged)} - set(held)
        assert lost == set(), f"{len(lost)} acknowledged exchanges are gone after kill {turn + 1}"
    assert killed == KILLS, "the writer was done before it was killed"
    assert len(held) > 5_000, "there was no load"


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
