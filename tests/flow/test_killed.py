"""A run that is killed leaves what was there before it, whole, at whatever moment it dies."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

import flow
from stillwatch.pipeline.write import current, recover

WRITER = """
import sys
from pathlib import Path
import pyarrow as pa
import pyarrow.parquet as pq
from stillwatch.pipeline.run import Run
from stillwatch.pipeline.write import TABLES, write
import orjson
one, other, out = map(Path, sys.argv[1:])
def load(folder):
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in TABLES}
    return Run(**tables, report=orjson.loads((folder / "report.json").read_bytes()))
runs = [load(one), load(other)]
write(runs[0], out, members_shown=50)
print("writing", flush=True)
while True:
    for run in reversed(runs):
        write(run, out, members_shown=50)
"""


@pytest.fixture(scope="module")
def versions(results: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two whole results that differ in every file."""
    folder = tmp_path_factory.mktemp("versions")
    one, other = folder / "one", folder / "other"
    shutil.copytree(results, one)
    shutil.copytree(results, other)
    _alter(other)
    return one, other


def _alter(folder: Path) -> None:
    for name in flow.FILES:
        if name.endswith(".parquet"):
            pq.write_table(pq.read_table(folder / name).slice(0, 0), folder / name)
    report = orjson.loads((folder / "report.json").read_bytes())
    report["version"] = "other"
    (folder / "report.json").write_bytes(orjson.dumps(report))


def _state(folder: Path, versions: tuple[Path, Path]) -> int:
    """Which of the versions the folder holds, by its tables and its report."""
    found = set()
    for name in flow.FILES:
        path = current(folder, name)
        if name.endswith(".parquet"):
            rows = pq.read_metadata(path).num_rows
            found.add(rows != pq.read_metadata(versions[0] / name).num_rows)
        elif name == "report.json":
            found.add(orjson.loads(path.read_bytes())["version"] == "other")
        else:
            assert path.read_text().rstrip().endswith("</html>")
    assert len(found) == 1, "files of two runs lie side by side"
    return int(found.pop())


def test_a_writer_that_is_killed_at_any_moment_leaves_one_whole_run(
    versions: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    chance = random.Random(3)
    seen = set()
    for _ in range(6):
        words = [sys.executable, "-c", WRITER, *map(str, versions), str(out)]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as writer:  # noqa: S603
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"writing\n"
            time.sleep(chance.random() * 0.4)
            writer.send_signal(signal.SIGKILL)
        before = _state(out, versions)
        recover(out)
        assert _state(out, versions) == before
        assert sorted(p.name for p in out.iterdir()) == sorted(flow.FILES)
        seen.add(before)
    assert seen


@pytest.mark.parametrize("renamed", range(len(flow.FILES) + 1))
def test_a_run_that_dies_between_two_renames_is_read_and_then_finished(
    versions: tuple[Path, Path], tmp_path: Path, renamed: int
) -> None:
    out = tmp_path / "out"
    shutil.copytree(versions[0], out)
    shutil.copytree(versions[1], out / ".staging")
    (out / ".ready").touch()
    for name in sorted(flow.FILES)[:renamed]:
        (out / ".staging" / name).replace(out / name)
    assert _state(out, versions) == 1
    assert (out / ".ready").exists()  # reading changes nothing
    recover(out)
    assert flow.differing(versions[1], out) == []


def test_what_a_run_had_not_ready_is_forgotten(versions: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(versions[0], out)
    (out / ".staging").mkdir()
    (out / ".staging" / "report.json").write_text("{")
    assert _state(out, versions) == 0
    recover(out)
    assert flow.differing(versions[0], out) == []
    assert not (out / ".staging").exists()


def test_explain_reads_the_run_that_was_ready_when_it_was_killed(
    versions: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(versions[0], out)
    campaign = flow.rows(out, "campaigns")[0]["campaign_id"]
    report = (out / "report.json").read_text().replace(campaign, "c-renamed")
    (out / ".staging").mkdir()
    (out / ".staging" / "report.json").write_text(report)
    (out / ".ready").touch()
    told = flow.command("explain", out, "c-renamed")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("c-renamed: ")


def test_a_command_that_is_killed_at_work_leaves_the_earlier_results(
    world: Path, results: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(results, out)
    words = [*flow.PROGRAM, "detect", str(world / "exchanges"), "--out", str(out)]
    for wait in (0.7, 2.5):
        with subprocess.Popen(  # noqa: S603 - our own command
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as run:
            time.sleep(wait)
            run.send_signal(signal.SIGKILL)
        assert flow.differing(results, out) == []
