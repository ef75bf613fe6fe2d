"""What a simulated folder holds: the contract, the same files for the same seed, bounded memory."""

from __future__ import annotations

import hashlib
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from stillwatch.schema import ACCOUNT, EXCHANGE, MODEL_RELEASE
from stillwatch.sim import Campaign, Summary, World, demo, mixed, simulate

TINY = mixed(World(accounts=900, exchanges=12_000, days=6, seed=2))


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*.parquet"))
    }


def test_every_file_follows_the_data_contract(world: Path) -> None:
    for path in (world / "exchanges").glob("day=*/part-*.parquet"):
        assert pq.read_schema(path).equals(EXCHANGE)
    assert pq.read_schema(world / "accounts.parquet").equals(ACCOUNT)
    assert pq.read_schema(world / "releases.parquet").equals(MODEL_RELEASE)
    table = ds.dataset(world / "exchanges", format="parquet").to_table()
    for name in ("exchange_id", "started_at", "account_id"):
        assert table[name].null_count == 0
    assert pc.count_distinct(table["exchange_id"]).as_py() == table.num_rows


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_workers(tmp_path: Path) -> None:
    simulate(TINY, tmp_path / "a", workers=1)
    simulate(TINY, tmp_path / "b", workers=3)
    simulate(replace(TINY, seed=3), tmp_path / "c", workers=2)
    assert _digests(tmp_path / "a") == _digests(tmp_path / "b")
    assert _digests(tmp_path / "a") != _digests(tmp_path / "c")


def test_a_folder_that_holds_exchanges_is_not_overwritten(world: Path) -> None:
    with pytest.raises(FileExistsError, match="already holds exchanges"):
        simulate(TINY, world)


def test_nothing_is_left_behind_but_the_tables(world: Path) -> None:
    assert {p.name for p in world.iterdir()} == {
        "exchanges",
        "truth",
        "accounts.parquet",
        "releases.parquet",
    }


def test_sizes_are_about_what_was_asked_for(everything: tuple[Path, Summary]) -> None:
    _, summary = everything
    assert summary.accounts == 6000
    assert 0.75 * 120_000 < summary.exchanges < 1.35 * 120_000
    print(f"{summary.exchanges / summary.seconds:,.0f} exchanges a second")  # noqa: T201


def test_python_memory_does_not_grow_with_the_exchanges(tmp_path: Path) -> None:
    peaks = []
    for exchanges in (15_000, 90_000):
        tracemalloc.start()
        some = World(accounts=500, exchanges=exchanges, days=30, seed=4, kinds=("chat",))
        simulate(some, tmp_path / str(exchanges), workers=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 40e6


def test_the_demo_has_three_techniques_and_all_look_alikes() -> None:
    world = demo()
    assert len({c.technique for c in world.campaigns}) == 3
    assert world.kinds == ()
    assert 150_000 <= world.exchanges <= 200_000


def test_an_unknown_technique_is_answered_with_the_closest() -> None:
    with pytest.raises(ValueError, match="did you mean 'block replay'"):
        Campaign(technique="blok replay", accounts=3, exchanges=9, days=1)


def test_a_world_of_campaigns_only_is_refused_with_a_size_that_works() -> None:
    campaign = Campaign(technique="block replay", accounts=30, exchanges=90, days=1)
    with pytest.raises(ValueError, match="at least 60 accounts"):
        World(accounts=30, exchanges=90, campaigns=(campaign,))


def test_prompts_come_from_given_corpora_by_sort(tmp_path: Path) -> None:
    folder = tmp_path / "corpora"
    folder.mkdir()
    rows = {
        "prompt": [f"benign prompt {i}" for i in range(50)] + [f"attack {i}" for i in range(50)],
        "kind": ["benign"] * 50 + ["attack"] * 50,
        "response": ["an answer"] * 100,
    }
    pq.write_table(pa.table(rows), folder / "some.parquet")
    (folder / "more.jsonl").write_text('{"prompt": "benign prompt from a line"}\n')
    simulate(replace(TINY, corpora=folder), tmp_path / "out")
    table = ds.dataset(tmp_path / "out" / "exchanges", format="parquet").to_table()
    truth = pq.read_table(tmp_path / "out" / "truth" / "exchanges.parquet")
    joined = table.select(["exchange_id", "prompt_text"]).join(truth, "exchange_id")
    attack = joined.filter(pc.starts_with(pc.utf8_lower(joined["prompt_text"]), "attack "))
    benign = joined.filter(pc.starts_with(pc.utf8_lower(joined["prompt_text"]), "benign prompt"))
    assert attack.num_rows > 50
    assert benign.num_rows > 500
    assert pc.all(attack["extraction"]).as_py()
    assert not pc.any(benign["extraction"]).as_py()


def test_services_follow_measured_weeks_when_traces_are_given(tmp_path: Path) -> None:
    folder = tmp_path / "traces"
    folder.mkdir()
    only = {"client": [0], "window_start_s": [3 * 3600], "rate_rps": [1.0]}
    pq.write_table(pa.table(only), folder / "rates.parquet")
    kinds = ("support bot",)
    some = World(accounts=40, exchanges=3000, days=14, seed=6, kinds=kinds, traces=folder)
    simulate(some, tmp_path / "out")
    at = ds.dataset(tmp_path / "out" / "exchanges", format="parquet").to_table()["started_at"]
    hours = pc.value_counts(pc.hour(at)).to_pylist()
    assert max(h["counts"] for h in hours) > 0.6 * len(at)
