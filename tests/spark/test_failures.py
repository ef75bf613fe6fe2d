"""Workers die and runs are cancelled: nothing is counted twice, nothing is left half written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import both
import psutil
import pytest

pytestmark = [pytest.mark.spark, pytest.mark.slow]

HERE = Path(__file__).parent
_EXECUTOR = "CoarseGrainedExecutorBackend"
_PATIENCE = 400.0  # seconds until a run that hangs is given up; nothing is asserted of time


@contextmanager
def _running(world: Path, scratch: Path, master: str) -> Iterator[subprocess.Popen[str]]:
    source = HERE.parents[1] / "src"
    path = os.pathsep.join([str(source), str(HERE), os.environ.get("PYTHONPATH", "")])
    victim = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(HERE / "victim.py"), str(world), str(scratch), master],
        env=os.environ | {"PYTHONPATH": path, "PYSPARK_PYTHON": sys.executable},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield victim
    finally:
        if victim.poll() is None:
            for one in psutil.Process(victim.pid).children(recursive=True):
                one.kill()
            victim.kill()
        victim.communicate()


def _expect(victim: subprocess.Popen[str], word: str) -> str:
    assert victim.stdout is not None
    for line in victim.stdout:
        if line.startswith(word):
            return line.strip()
    pytest.fail(f"the run ended before it said {word!r}")


def _until_written(scratch: Path) -> None:
    """Wait for the first task to have begun to write."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if any(scratch.rglob("_temporary/0/**/part-*")):
            return
        time.sleep(0.05)
    pytest.fail("no task began to write")


def _executors(victim: subprocess.Popen[str]) -> list[psutil.Process]:
    family = psutil.Process(victim.pid).children(recursive=True)
    return [one for one in family if any(_EXECUTOR in word for word in _command(one))]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:  # ended, or about to
        return []


def test_a_worker_that_dies_changes_nothing(world: Path, tmp_path: Path) -> None:
    with _running(world, tmp_path, "local-cluster[2,1,600]") as victim:
        _expect(victim, "reading")
        _until_written(tmp_path)
        workers = _executors(victim)
        assert workers
        workers[0].kill()
        told = _expect(victim, "result")
        assert victim.wait(_PATIENCE) == 0
    assert told == _undisturbed(world)
    assert list(tmp_path.iterdir()) == [], "what was written on the way is deleted"


def test_a_run_that_is_cancelled_leaves_nothing_behind(world: Path, tmp_path: Path) -> None:
    with _running(world, tmp_path, "local[2]") as victim:
        _expect(victim, "reading")
        _until_written(tmp_path)
        victim.send_signal(signal.SIGINT)
        assert victim.wait(_PATIENCE) != 0
    assert list(tmp_path.rglob("*.parquet")) == []


def _undisturbed(world: Path) -> str:
    """What the embedded engine says of the same logs."""
    with both.opened("duckdb", both.given(world), both.Settings()) as (engine, inputs):
        rows = inputs.spool(engine)
        total = engine.fetch("SELECT CAST(sum(exchange % 1000003) AS BIGINT) AS s FROM raw_reading")
        accounts = engine.fetch("SELECT DISTINCT account FROM raw_reading").num_rows
    refused = sorted(inputs.summary.rejected.items())
    return f"result {rows} {total['s'][0].as_py()} {accounts} {refused}"
