"""Logs that real proxies wrote, through the command."""

from __future__ import annotations

from pathlib import Path

import pytest

import flow

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.mark.parametrize(
    ("name", "exchanges", "accounts"),
    [
        ("litellm_generic_api_batch.json", 3, 3),
        ("litellm_hooks_and_standard_logging_payload.jsonl", 9, 1),
        ("litellm_otlp_traces.jsonl", 1, 1),
        ("litellm_spendlogs_rows.json", 9, 1),
    ],
)
def test_a_tiny_log_is_read_whole_and_holds_no_campaign(
    tmp_path: Path, name: str, exchanges: int, accounts: int
) -> None:
    done = flow.command("detect", FIXTURES / name, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("No campaign found in ")
    report = flow.report(tmp_path / "out")
    assert report["traffic"]["exchanges"] == exchanges
    assert report["traffic"]["accounts"] == accounts
    assert report["traffic"]["rejected"] == {}
    assert [d["name"] for d in report["detectors"] if d["status"] == "failed"] == []
    for table in ("campaigns", "members", "accounts", "evidence"):
        assert flow.rows(tmp_path / "out", table) == []


def test_all_of_them_at_once_give_each_call_once(tmp_path: Path) -> None:
    done = flow.command("detect", *sorted(FIXTURES.glob("litellm*")), "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    traffic = flow.report(tmp_path / "out")["traffic"]
    assert traffic["exchanges"] + traffic["duplicates"] == 3 + 9 + 1 + 9
    assert traffic["duplicates"] >= 9  # payloads and spend logs tell of the same calls
