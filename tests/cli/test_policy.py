"""`stillwatch policy` on files and results."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from stillwatch.cli import main
from stillwatch.errors import ConfigError, NotFoundError
from stillwatch.schema import ACCOUNT, ACCOUNT_ASSESSMENT, CAMPAIGN, EVIDENCE, MEMBER

POLICY = """\
version: "1"
rules:
  - name: unknown
    when: {probability_at_least: 0.9, verification_at_most: 1}
    then: verify
    enforce: true
  - name: known
    when: {probability_at_least: 0.9}
    then: tag
"""


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """One campaign of four accounts with probability 0.96, and a bystander."""
    folder = tmp_path / "out"
    folder.mkdir()
    names = [f"a-{i}" for i in range(4)]
    campaign = {
        "campaign_id": "c-1",
        "probability": 0.98,
        "accounts": 4,
        "evidence_families": ["identity", "volume"],
        "capabilities": ["coding"],
    }
    members = [{"campaign_id": "c-1", "account_id": n, "probability": 0.96} for n in names]
    accounts = [
        {"account_id": n, "probability": 0.96, "campaign_id": "c-1", "recommended_action": "tag"}
        for n in names
    ]
    accounts.append({"account_id": "b", "probability": 0.1, "recommended_action": "observe"})
    evidence = [
        {
            "subject_kind": "campaign",
            "subject_id": "c-1",
            "detector": "lockstep",
            "family": "coordination",
            "bits": 3.0,
        }
    ]
    for name, rows, schema in (
        ("campaigns", [campaign], CAMPAIGN),
        ("members", members, MEMBER),
        ("accounts", accounts, ACCOUNT_ASSESSMENT),
        ("evidence", evidence, EVIDENCE),
    ):
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{name}.parquet")
    known = [
        {"account_id": n, "verification": i, "created_at": datetime(2026, 1, 1, tzinfo=UTC)}
        for i, n in enumerate(names)
    ]
    table = pa.Table.from_pylist(known, schema=ACCOUNT)
    pq.write_table(table, tmp_path / "accounts.parquet")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return folder


def _run(*words: object) -> str:
    done = CliRunner().invoke(
        main.app, ["policy", *(str(word) for word in words)], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return done.output


def test_check_lists_the_rules_and_their_mode(results: Path) -> None:
    lines = _run("check", results.parent / "policy.yaml").splitlines()
    assert lines[0].startswith("policy 1+")
    assert lines[2:] == [
        "unknown\tverify\t1 day, 0:00:00\tenforce",
        "known\ttag\t1 day, 0:00:00\tshadow",
    ]


def test_check_refuses_a_policy_with_faults(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY.replace("then: tag", "then: tagg"), encoding="utf-8")
    done = CliRunner().invoke(main.app, ["policy", "check", str(file)])
    assert isinstance(done.exception, ConfigError)
    assert f"{file}:9:11: there is no action 'tagg'" in done.exception.found


def test_simulate_says_whom_each_rule_would_hit(results: Path) -> None:
    told = _run(
        "simulate", results, "--policy", results.parent / "policy.yaml",
        "--accounts", results.parent / "accounts.parquet",
    )  # fmt: skip
    assert "2 would notice something if all rules were enforced, 0.1 of them honest" in told
    assert "unknown\tverify\tenforce\t2\t1\t0.08\t1" in told.splitlines()
    assert "known\ttag\tshadow\t2\t1\t0.08\t1" in told.splitlines()


def test_simulate_without_an_account_table_meets_no_condition_on_accounts(results: Path) -> None:
    told = _run("simulate", results, "--policy", results.parent / "policy.yaml")
    assert "unknown\tverify\tenforce\t0\t0\t0.00\t0" in told.splitlines()


def test_simulate_needs_results_or_logs(tmp_path: Path) -> None:
    done = CliRunner().invoke(main.app, ["policy", "simulate", str(tmp_path / "none")])
    assert isinstance(done.exception, NotFoundError)


def test_diff_tells_a_change_and_that_there_is_none(results: Path) -> None:
    old, new = results.parent / "policy.yaml", results.parent / "new.yaml"
    new.write_text(POLICY.replace("enforce: true", "enforce: false"), encoding="utf-8")
    assert _run("diff", old, new).strip() == "~ unknown: enforce true → false"
    assert _run("diff", old, old).strip() == "both say the same"
