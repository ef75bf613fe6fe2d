"""A run writes what SCHEMA.md §4 promises, and it agrees with the logs."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

import flow
from stillwatch.schema import (
    ACCOUNT_ASSESSMENT,
    ACTIONS,
    CAMPAIGN,
    CAPABILITIES,
    EVIDENCE,
    FAMILIES,
    MEMBER,
)

CONTRACTS = {
    "campaigns": CAMPAIGN,
    "members": MEMBER,
    "accounts": ACCOUNT_ASSESSMENT,
    "evidence": EVIDENCE,
}


def test_a_run_writes_every_file_and_leaves_nothing_else(results: Path) -> None:
    assert sorted(path.name for path in results.iterdir()) == sorted(flow.FILES)


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_table_has_at_least_the_columns_of_the_contract(results: Path, name: str) -> None:
    schema = pq.read_schema(results / f"{name}.parquet")
    for field in CONTRACTS[name]:
        assert schema.field(field.name).type == field.type, field.name


def test_the_planted_campaign_is_found_whole_and_mostly_alone(world: Path, results: Path) -> None:
    planted = set(flow.planted(world))
    best = max(flow.rows(results, "campaigns"), key=lambda row: row["probability"])
    found = {
        row["account_id"]
        for row in flow.rows(results, "members")
        if row["campaign_id"] == best["campaign_id"]
    }
    assert len(found & planted) >= 0.7 * len(planted)
    assert len(found & planted) >= 0.9 * len(found)
    assert best["probability"] > 0.9
    assert "grading" in best["capabilities"]


def test_values_are_those_that_the_contract_lists(results: Path) -> None:
    for row in flow.rows(results, "campaigns"):
        assert 0 <= row["probability"] <= 1
        assert set(row["capabilities"]) <= set(CAPABILITIES)
        assert row["capabilities"]
        assert set(row["evidence_families"]) <= set(FAMILIES)
        assert row["first_seen"] <= row["detected_at"]
        assert row["summary"].endswith(".")
    for row in flow.rows(results, "accounts"):
        assert 0 <= row["probability"] <= 1
        assert row["recommended_action"] in ACTIONS
    for row in flow.rows(results, "evidence"):
        assert row["family"] in FAMILIES
        assert row["reason"].endswith(".")
        assert len(row["exchange_ids"]) <= 5


def test_the_tables_agree_with_one_another_and_with_the_logs(world: Path, results: Path) -> None:
    logs = flow.exchanges(world)
    sent = dict.fromkeys(logs["account_id"].to_pylist(), 0)
    for account in logs["account_id"].to_pylist():
        sent[account] += 1
    members = flow.rows(results, "members")
    assert all(row["exchanges"] == sent[row["account_id"]] for row in members)
    for campaign in flow.rows(results, "campaigns"):
        mine = [m for m in members if m["campaign_id"] == campaign["campaign_id"]]
        assert campaign["accounts"] == len(mine)
        assert campaign["exchanges"] == sum(m["exchanges"] for m in mine)
        assert all(m["probability"] <= campaign["probability"] + 1e-9 for m in mine)
    judged = {row["account_id"] for row in flow.rows(results, "accounts")}
    assert {m["account_id"] for m in members if m["probability"] > 0.01} <= judged


def test_the_exchanges_that_show_evidence_are_the_campaigns_own(world: Path, results: Path) -> None:
    logs = flow.exchanges(world).select(["exchange_id", "account_id"]).to_pylist()
    owner = {row["exchange_id"]: row["account_id"] for row in logs}
    members: dict[str, set[str]] = {}
    for row in flow.rows(results, "members"):
        members.setdefault(row["campaign_id"], set()).add(row["account_id"])
    shown = [
        (row["subject_id"], exchange)
        for row in flow.rows(results, "evidence")
        for exchange in row["exchange_ids"]
    ]
    assert shown
    own = [owner[exchange] in members[campaign] for campaign, exchange in shown]
    assert sum(own) >= 0.9 * len(own)


def test_the_report_says_the_same_as_the_tables(results: Path) -> None:
    report = flow.report(results)
    by_id = {c["campaign_id"]: c for c in report["campaigns"]}
    for row in flow.rows(results, "campaigns"):
        told = by_id[row["campaign_id"]]
        assert told["probability"] == row["probability"]
        assert told["accounts"] == row["accounts"]
        assert told["summary"] == row["summary"]
    evidence = flow.rows(results, "evidence")
    steps = sum(len(q["steps"]) for c in report["campaigns"] for q in c["questions"])
    assert len(evidence) == steps
