"""What the tests of the flow share: running it, and comparing what it wrote."""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from stillwatch.cli.main import run
from stillwatch.pipeline import batch

PROGRAM = [sys.executable, "-c", "from stillwatch.cli.main import run; run()"]
FILES = (
    "accounts.parquet",
    "campaigns.parquet",
    "evidence.parquet",
    "members.parquet",
    "report.html",
    "report.json",
)
NEVER = timedelta(days=365)
"""A step of the look back in time that is longer than the window: no look, where none matters."""


def secret(folder: Path, word: str) -> str:
    """A secret file made of a word."""
    path = folder / f"secret-{word}"
    path.write_text(hashlib.sha256(word.encode()).hexdigest() + "\n")
    path.chmod(0o600)
    return str(path)


def detect(
    world: Path, out: Path, *, as_of: datetime | None = None, every: timedelta = NEVER
) -> Path:
    """Run over a world's exchanges and side tables; returns `out`."""
    batch.detect(
        world / "exchanges",
        accounts=world / "accounts.parquet",
        releases=world / "releases.parquet",
        out=out,
        as_of=as_of,
        every=every,
    )
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def command(*words: str | Path) -> Done:
    """The `stillwatch` command with these words, without the start of another interpreter."""
    said, told = io.StringIO(), io.StringIO()
    status: object = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(told):
        patch.setattr(sys, "argv", ["stillwatch", *map(str, words)])
        try:
            run()
        except SystemExit as end:
            status = end.code or 0
    assert isinstance(status, int)
    return Done(returncode=status, stdout=said.getvalue(), stderr=told.getvalue())


def exchanges(world: Path) -> pa.Table:
    """All exchanges of a world, by time."""
    table = ds.dataset(world / "exchanges", format="parquet").to_table()
    table = table.select([name for name in table.column_names if name != "day"])
    return table.sort_by([("started_at", "ascending"), ("exchange_id", "ascending")])


def side_tables(world: Path, into: Path) -> None:
    """Copy accounts and releases into another world's folder."""
    into.mkdir(parents=True, exist_ok=True)
    for name in ("accounts.parquet", "releases.parquet"):
        (into / name).write_bytes((world / name).read_bytes())


def report(out: Path) -> dict[str, object]:
    """The report of a run."""
    found: dict[str, object] = orjson.loads((out / "report.json").read_bytes())
    return found


def rows(out: Path, name: str) -> list[dict[str, object]]:
    """The rows of one of a run's tables."""
    found: list[dict[str, object]] = pq.read_table(out / f"{name}.parquet").to_pylist()
    return found


def differing(one: Path, other: Path, names: tuple[str, ...] = FILES) -> list[str]:
    """Which of the files differ in a single byte."""
    return [n for n in names if (one / n).read_bytes() != (other / n).read_bytes()]


def planted(world: Path) -> Mapping[str, str]:
    """The true campaign by account, of the accounts that serve one."""
    truth = pq.read_table(world / "truth" / "accounts.parquet").to_pylist()
    return {row["account_id"]: row["campaign"] for row in truth if row["campaign"]}
