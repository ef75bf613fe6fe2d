"""The truth agrees with what was written, and every kind and technique is there."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from stillwatch.schema import CAPABILITIES
from stillwatch.sim import BLIND_SPOTS, KINDS, TECHNIQUES, Campaign, Summary, World, simulate


def _read(folder: Path, name: str) -> pa.Table:
    return pq.read_table(folder / "truth" / f"{name}.parquet")


def test_every_kind_of_honest_customer_is_present(everything: tuple[Path, Summary]) -> None:
    accounts = _read(everything[0], "accounts")
    sent = accounts.filter(pc.greater(accounts["exchanges"], 0))
    assert {kind.name for kind in KINDS} <= set(sent["kind"].to_pylist())


def test_every_technique_is_present_and_harvests(everything: tuple[Path, Summary]) -> None:
    campaigns = _read(everything[0], "campaigns")
    assert set(campaigns["technique"].to_pylist()) == set(TECHNIQUES)
    assert pc.min(campaigns["extraction_exchanges"]).as_py() > 20


def test_the_catalogue_is_covered_or_named_a_blind_spot() -> None:
    shown = {number for technique in TECHNIQUES.values() for number in technique.number}
    assert shown | set(BLIND_SPOTS) == set(range(1, 32))


def test_capabilities_are_those_of_the_contract() -> None:
    for technique in TECHNIQUES.values():
        assert set(technique.capabilities) <= set(CAPABILITIES)


def test_exchanges_and_their_truth_are_the_same_ids(world: Path) -> None:
    table = ds.dataset(world / "exchanges", format="parquet").to_table(columns=["exchange_id"])
    truth = _read(world, "exchanges")
    assert sorted(table["exchange_id"].to_pylist()) == sorted(truth["exchange_id"].to_pylist())


def test_only_members_and_victims_harvest(world: Path) -> None:
    table = ds.dataset(world / "exchanges", format="parquet").to_table(
        columns=["exchange_id", "account_id"]
    )
    joined = table.join(_read(world, "exchanges"), "exchange_id")
    joined = joined.join(_read(world, "accounts").drop_columns("campaign"), "account_id")
    harvest = joined.filter(joined["extraction"])
    assert "honest" not in set(harvest["role"].to_pylist())
    assert pc.all(pc.is_valid(harvest["campaign"])).as_py()
    quiet = joined.filter(pc.equal(joined["role"], "honest"))
    assert quiet["campaign"].null_count == quiet.num_rows


def test_counts_of_campaigns_are_those_of_exchanges(world: Path) -> None:
    counted = _read(world, "exchanges").filter(pc.field("extraction")).group_by("campaign")
    counted = dict(zip(*counted.aggregate([("extraction", "count")]).to_pydict().values(),
                       strict=True))  # fmt: skip
    for row in _read(world, "campaigns").to_pylist():
        assert row["extraction_exchanges"] == counted[row["campaign"]]


def test_no_account_is_used_before_it_exists(everything: tuple[Path, Summary]) -> None:
    folder = everything[0]
    table = ds.dataset(folder / "exchanges", format="parquet").to_table(
        columns=["account_id", "started_at"]
    )
    first = table.group_by("account_id").aggregate([("started_at", "min")])
    accounts = pq.read_table(folder / "accounts.parquet", columns=["account_id", "created_at"])
    both = first.join(accounts, "account_id")
    assert pc.all(pc.less(both["created_at"], both["started_at_min"])).as_py()


def test_victims_of_stolen_keys_are_not_members(everything: tuple[Path, Summary]) -> None:
    accounts = _read(everything[0], "accounts")
    stolen = accounts.filter(pc.equal(accounts["kind"], "stolen keys"))
    assert set(stolen["role"].to_pylist()) == {"victim"}
    assert pc.max(stolen["decoy_share"]).as_py() > 0  # their owners' own requests


@pytest.mark.parametrize("technique", sorted(TECHNIQUES))
def test_evasion_costs_more_for_a_thousand_harvested_exchanges(
    technique: str, tmp_path: Path
) -> None:
    campaigns = tuple(
        Campaign(technique=technique, accounts=20, exchanges=600, days=4, evasion=level)
        for level in ("published", "evasive", "nasty")
    )
    some = World(accounts=90, exchanges=1200, days=6, campaigns=campaigns, kinds=("chat",))
    simulate(some, tmp_path, workers=1)
    rows = _read(tmp_path, "campaigns").to_pylist()
    prices = [row["attack_usd_per_1000"] for row in rows]
    harvest = [row["extraction_exchanges"] for row in rows]
    assert prices[0] < prices[1] < prices[2]
    assert harvest[0] > harvest[2] > 0
