"""Traffic makes sense: sessions continue, blocks were issued, tokens agree, techniques show."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from stillwatch.sim import Campaign, Summary, World, simulate


@pytest.fixture(scope="module")
def table(everything: tuple[Path, Summary]) -> pa.Table:
    folder = everything[0]
    rows = ds.dataset(folder / "exchanges", format="parquet").to_table()
    truth = pq.read_table(folder / "truth" / "accounts.parquet").select(["account_id", "kind"])
    return _with(rows, truth)


def _with(rows: pa.Table, truth: pa.Table) -> pa.Table:
    """Rows with the kind of their account (a join cannot carry lists)."""
    place = pc.index_in(rows["account_id"], truth["account_id"].combine_chunks())
    return rows.append_column("kind", truth["kind"].take(place))


def _of(table: pa.Table, kind: str) -> pa.Table:
    return table.filter(pc.equal(table["kind"], kind))


def _session(table: pa.Table, least: int) -> list[dict[str, object]]:
    honest = _of(table, "chat").select(["session_id", "turn", "started_at", "history_digests"])
    counts = honest["session_id"].value_counts().to_pylist()
    long = next(c["values"] for c in counts if c["counts"] >= least)
    return honest.filter(pc.equal(honest["session_id"], long)).sort_by("turn").to_pylist()


def test_a_later_turn_carries_the_history_of_the_turn_before(table: pa.Table) -> None:
    rows = _session(table, 4)
    for before, after in pairwise(rows):
        earlier = before["history_digests"] or []
        assert after["turn"] == before["turn"] + 1
        assert after["started_at"] > before["started_at"]
        assert after["history_digests"][: len(earlier)] == earlier
        assert len(after["history_digests"]) == len(earlier) + 2


def test_every_reasoning_block_presented_was_issued_in_this_world(table: pa.Table) -> None:
    issued = set(table["reasoning_out"].combine_chunks().flatten().to_pylist())
    shown = table["reasoning_in"].combine_chunks().flatten().to_pylist()
    lost = [b for b in shown if b not in issued]
    assert shown
    assert len(lost) < 0.01 * len(shown)  # issued just before the window opened or closed


def test_honest_blocks_stay_in_their_account_and_replayed_ones_do_not(table: pa.Table) -> None:
    def owners(column: str, rows: pa.Table) -> dict[str, str]:
        some = rows.select(["account_id", column]).filter(pc.is_valid(rows[column])).to_pylist()
        return {block: row["account_id"] for row in some for block in row[column]}

    issued = owners("reasoning_out", table)
    honest = owners("reasoning_in", _of(table, "agent product a"))
    replayed = owners("reasoning_in", _of(table, "block replay"))
    assert all(issued.get(block, who) == who for block, who in honest.items())
    assert sum(issued.get(block, who) != who for block, who in replayed.items()) > 20


def test_tokens_grow_with_text(table: pa.Table) -> None:
    plain = table.filter(pc.field("prompt_text").is_valid() & (pc.field("turn") == 1))
    plain = plain.filter(pc.field("system_text").is_null() & pc.field("tool_names").is_null())
    plain = plain.filter(pc.field("image_digests").is_null())
    plain = plain.filter(pc.field("history_digests").is_null())
    size = pc.binary_length(plain["prompt_text"]).to_numpy()
    assert np.corrcoef(size, plain["input_tokens"].to_numpy())[0, 1] > 0.95
    assert pc.all(pc.less_equal(table["cached_input_tokens"], table["input_tokens"])).as_py()
    assert pc.all(pc.less_equal(table["reasoning_tokens"], table["output_tokens"])).as_py()


def test_a_throttled_request_has_no_answer(table: pa.Table) -> None:
    throttled = table.filter(pc.equal(table["http_status"], 429))
    assert throttled.num_rows > 0
    assert throttled["response_text"].null_count == throttled.num_rows
    assert pc.max(throttled["output_tokens"]).as_py() == 0


def test_mean_text_is_about_a_kilobyte(table: pa.Table) -> None:
    size = sum(
        pc.mean(pc.binary_length(table[n])).as_py() for n in ("prompt_text", "response_text")
    )
    assert 700 < size < 1700


def test_a_class_shares_its_homework_and_its_network(table: pa.Table) -> None:
    pupils = _of(table, "class")
    prompts = pupils["prompt_text"].drop_null().value_counts().to_pylist()
    assert max(p["counts"] for p in prompts) >= 5
    nets = pupils.group_by("client_net").aggregate([("account_id", "count_distinct")])
    assert pc.max(nets["account_id_count_distinct"]).as_py() >= 10


def test_an_agent_product_has_one_system_prompt_over_many_strangers(table: pa.Table) -> None:
    users = _of(table, "agent product a")
    texts = users["system_text"].drop_null()
    assert pc.count_distinct(texts).as_py() == 1
    assert pc.count_distinct(users["account_id"]).as_py() > 100
    assert pc.count_distinct(users["client_net"]).as_py() > 100


def test_nightly_pipelines_start_on_the_hour(table: pa.Table) -> None:
    jobs = _of(table, "nightly pipeline")
    first = jobs.append_column("hour", pc.floor_temporal(jobs["started_at"], unit="hour"))
    first = first.group_by(["account_id", "hour"]).aggregate([("started_at", "min")])
    assert np.median(pc.second(first["started_at_min"]).to_numpy()) < 10
    assert np.median(pc.minute(first["started_at_min"]).to_numpy()) == 0


def test_a_harvested_item_is_sent_once_over_the_pool_unless_rolled_out(table: pa.Table) -> None:
    once = _of(table, "synchronised elicitation")["prompt_text"].drop_null()
    tasks = once.filter(pc.match_substring(once, "imagine the internal reasoning"))
    assert pc.count_distinct(tasks).as_py() > 0.97 * len(tasks)
    rolled = _of(table, "trajectory harvest")["prompt_text"].drop_null()
    tasks = rolled.filter(pc.match_substring(rolled, "Observation"))
    assert pc.count_distinct(tasks).as_py() < 0.5 * len(tasks)


def test_cleaning_sends_other_accounts_answers_back(table: pa.Table) -> None:
    rows = _of(table, "trace cleaning").select(["account_id", "prompt_text", "response_text"])
    answers = {r["response_text"]: r["account_id"] for r in rows.to_pylist()}
    back = [
        answers.get(r["prompt_text"].split("\n\n", 1)[-1], r["account_id"]) != r["account_id"]
        for r in rows.to_pylist()
        if r["prompt_text"]
    ]
    assert sum(back) > 0.15 * len(back)


def test_a_release_moves_nearly_half_of_a_pivoting_harvest(tmp_path: Path) -> None:
    campaign = Campaign(technique="release pivot", accounts=30, exchanges=4000, days=10, decoys=0.0)
    some = World(accounts=60, exchanges=5000, days=12, campaigns=(campaign,), kinds=("chat",))
    simulate(some, tmp_path)
    rows = ds.dataset(tmp_path / "exchanges", format="parquet").to_table()
    truth = pq.read_table(tmp_path / "truth" / "accounts.parquet")
    rows = _of(_with(rows, truth), "release pivot")
    release = pc.max(pq.read_table(tmp_path / "releases.parquet")["released_at"])
    newest = pc.equal(rows["model"], "argus-4-deep")
    after = pc.greater(
        rows["started_at"], pc.add(release, pa.scalar(86_400_000_000, pa.duration("us")))
    )
    assert 0.4 < pc.mean(newest.filter(after).cast(pa.float64())).as_py() < 0.6
    assert not pc.any(pc.and_(newest, pc.less(rows["started_at"], release))).as_py()


def test_both_pools_of_a_failover_run_the_same_prompt_one_after_the_other(
    table: pa.Table,
) -> None:
    rows = _of(table, "inline reasoning")
    rows = rows.filter(pc.match_substring(rows["prompt_text"], "inner_monologue"))
    span = rows.group_by("account_id").aggregate([("started_at", "min"), ("started_at", "max")])
    first = span["started_at_min"].cast(pa.int64()).to_numpy()
    last = span["started_at_max"].cast(pa.int64()).to_numpy()
    middle = (first.min() + last.max()) / 2
    assert ((last < middle * 1.001) & (first < middle)).any()
    assert (first >= middle - 3600e6).any()
    assert not ((first < middle - 6 * 3600e6) & (last > middle + 6 * 3600e6)).any()
