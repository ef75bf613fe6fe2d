"""The same exchanges give the same bytes: whatever the files, their order, the secret, the run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import flow


def _shuffled(table: pa.Table) -> pa.Table:
    order = np.random.default_rng(7).permutation(table.num_rows)
    return table.take(pa.array(order))


def _rows_in_another_order(logs: pa.Table, folder: Path) -> None:
    pq.write_table(_shuffled(logs), folder / "all.parquet")


def _files_in_another_order(logs: pa.Table, folder: Path) -> None:
    third = logs.num_rows // 3
    for number, name in enumerate("zma"):
        part = logs.slice(number * third, third if number < 2 else None)
        pq.write_table(part, folder / f"{name}.parquet")


def _many_small_files_in_folders(logs: pa.Table, folder: Path) -> None:
    step = -(-logs.num_rows // 40)
    mixed = _shuffled(logs)
    for number in range(40):
        inside = folder / f"host={number % 3}"
        inside.mkdir(exist_ok=True)
        pq.write_table(mixed.slice(number * step, step), inside / f"{number}.parquet")


@pytest.mark.parametrize(
    "write",
    [_rows_in_another_order, _files_in_another_order, _many_small_files_in_folders],
)
def test_the_same_exchanges_in_other_files_give_the_same_bytes(
    world: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    here: Path,
    write: Callable[[pa.Table, Path], None],
) -> None:
    (tmp_path / "exchanges").mkdir()
    write(flow.exchanges(world), tmp_path / "exchanges")
    flow.side_tables(world, tmp_path)
    accounts = _shuffled(pq.read_table(world / "accounts.parquet"))
    pq.write_table(accounts, tmp_path / "accounts.parquet")
    monkeypatch.chdir(tmp_path)
    assert flow.differing(here, flow.detect(Path(), tmp_path / "out")) == []


@pytest.fixture(scope="module")
def here(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run writes that is given the world's exchanges by a relative path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(world)
        return flow.detect(Path(), tmp_path_factory.mktemp("here") / "out")


def test_a_second_run_into_the_same_folder_gives_the_same_bytes(
    world: Path, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world)
    out = tmp_path / "out"
    out.mkdir()
    for name in flow.FILES:
        (out / name).write_bytes((here / name).read_bytes())
    assert flow.differing(here, flow.detect(Path(), out)) == []


def test_the_secret_of_an_installation_changes_no_result(
    world: Path, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STILLWATCH_SECRET_FILE", flow.secret(tmp_path, "another"))
    monkeypatch.chdir(world)
    assert flow.differing(here, flow.detect(Path(), tmp_path / "out")) == []


def test_two_folders_may_be_named_in_any_order(
    world: Path, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world)
    days = sorted(Path("exchanges").iterdir())
    done = flow.command(
        "replay", *days[::-1], "--accounts", "accounts.parquet", "--every", "365d",
        "--releases", "releases.parquet", "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    tables = tuple(name for name in flow.FILES if name.endswith(".parquet"))
    assert flow.differing(here, tmp_path / "out", tables) == []
    one, other = flow.report(here), flow.report(tmp_path / "out")
    assert other.pop("inputs") == [str(day) for day in days]
    assert one.pop("inputs") == ["exchanges"]
    assert one == other


def test_what_is_delivered_twice_counts_once(
    world: Path, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = flow.exchanges(world)
    (tmp_path / "exchanges").mkdir()
    again = _shuffled(logs).slice(0, 5000)
    pq.write_table(pa.concat_tables([again, logs]), tmp_path / "exchanges" / "all.parquet")
    flow.side_tables(world, tmp_path)
    monkeypatch.chdir(tmp_path)
    out = flow.detect(Path(), tmp_path / "out")
    tables = tuple(name for name in flow.FILES if name.endswith(".parquet"))
    assert flow.differing(here, out, tables) == []
    one, other = flow.report(here), flow.report(out)
    assert other["traffic"].pop("duplicates") == 5000
    assert one["traffic"].pop("duplicates") == 0
    assert one == other
