"""Kept readings: what was read is not read again, what changed is, and halves do not count."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import both
import pyarrow.parquet as pq
import pytest

from stillwatch.engine import Engine
from stillwatch.engine.spark import Spark
from stillwatch.pipeline.opened import opened
from stillwatch.settings import Settings
from stillwatch.settings import Spark as SparkSettings

pytestmark = pytest.mark.spark


@pytest.fixture
def days(world: Path, tmp_path: Path) -> Path:
    """Two days of a thousand exchanges; the second comes later."""
    logs = pq.read_table(world / "exchanges" / "part=0" / "00.parquet")
    for day, at in (("day=1", 0), ("day=2", 300)):
        (tmp_path / "exchanges" / day).mkdir(parents=True)
        pq.write_table(logs.slice(at, 300), tmp_path / "exchanges" / day / "a.parquet")
    return tmp_path


class _Nights:
    """Runs over one folder that keeps its readings, and which folders each run read."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kept = folder / "kept"
        self._folder = folder
        self._settings = Settings(spark=SparkSettings(readings_folder=str(self.kept)))
        self.read: list[str] = []
        keep = Spark.keep

        def noted(engine: Spark, url: str, source: Any, *others: Any) -> None:
            self.read.append(Path(source.paths[0]).parent.name)
            keep(engine, url, source, *others)

        monkeypatch.setattr(Spark, "keep", noted)

    def run(self, *names: str) -> int:
        """A run over these days; returns the number of readings."""
        self.read.clear()
        logs = [self._folder / "exchanges" / name for name in names]
        what = both.given(self._folder, logs=logs, accounts=None, releases=None)
        with opened("spark", what, self._settings) as (engine, inputs):
            rows = inputs.spool(engine)
            assert _ids(engine) == rows
            return rows


def _ids(engine: Engine) -> int:
    found = engine.fetch("SELECT count(DISTINCT exchange) AS n FROM raw_reading")
    return int(found["n"][0].as_py())


def test_only_the_new_day_is_read_and_a_changed_one_again(
    session: Any,  # noqa: ARG001 - it is the active one
    days: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nights = _Nights(days, monkeypatch)
    assert (nights.run("day=1"), nights.read) == (300, ["day=1"])
    assert (nights.run("day=1", "day=2"), nights.read) == (600, ["day=2"])
    assert (nights.run("day=1", "day=2"), nights.read) == (600, [])

    late = days / "exchanges" / "day=2" / "a.parquet"
    pq.write_table(pq.read_table(late).slice(0, 250), late)
    assert (nights.run("day=1", "day=2"), nights.read) == (550, ["day=2"])
    assert len(list(nights.kept.iterdir())) == 2, "what was superseded is deleted"

    half = max(nights.kept.iterdir(), key=lambda p: p.stat().st_mtime)
    (half / "_SUCCESS").unlink()
    assert (nights.run("day=1", "day=2"), nights.read) == (550, ["day=2"])

    monkeypatch.setenv("STILLWATCH_SECRET_FILE", _another_secret(days))
    assert (nights.run("day=1"), nights.read) == (300, ["day=1"])
    shutil.rmtree(nights.kept)


def test_the_bytes_of_yesterday_are_not_read_again(
    session: Any,  # noqa: ARG001 - it is the active one
    days: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nights = _Nights(days, monkeypatch)
    assert nights.run("day=1") == 300
    yesterday = days / "exchanges" / "day=1" / "a.parquet"
    known = yesterday.stat()
    whole = yesterday.read_bytes()
    footer = int.from_bytes(whole[-8:-4], "little") + 8  # names the columns, which are looked up
    yesterday.write_bytes(whole[:4] + b"?" * (len(whole) - 4 - footer) + whole[-footer:])
    os.utime(yesterday, ns=(known.st_atime_ns, known.st_mtime_ns))
    with pytest.raises(OSError, match=r".+"):
        pq.read_table(yesterday)
    assert nights.run("day=2", "day=1") == 600
    assert nights.read == ["day=2"]


def _another_secret(folder: Path) -> str:
    path = folder / "another"
    path.write_text("6" * 64, encoding="ascii")
    path.chmod(0o600)
    return str(path)
