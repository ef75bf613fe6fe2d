"""Logs that real proxies wrote, through the command."""

from __future__ import annotations

import json
import shutil
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


def test_what_was_not_taken_stands_in_the_report(tmp_path: Path) -> None:
    """Files that were skipped, records that are no exchange, and values that were given up."""
    logs = tmp_path / "logs"
    logs.mkdir()
    shutil.copy(FIXTURES / "litellm_otlp_traces.jsonl", logs)
    (logs / "notes.txt").write_text("nothing of use\n")
    odd = {"exchange_id": "x", "started_at": "2026-02-23T10:00:00Z", "account_id": "a", "n": -1}
    (logs / "odd.jsonl").write_text(json.dumps({**odd, "team": "b"}))
    (logs / "cut.jsonl.gz").write_bytes(b"\x1f\x8b\x08")
    for _ in range(2):  # the second run does not read what the first one wrote
        done = flow.command("detect", logs, "--out", logs / "out")
        assert done.returncode == 0, done.stderr
        report = flow.report(logs / "out")
        untaken = report["untaken"]
        assert untaken["skipped"][str(logs / "notes.txt")].startswith("not exchanges")
        assert "cannot be read" in untaken["skipped"][str(logs / "cut.jsonl.gz")]
        assert sum(untaken["not_an_exchange"].values()) == 15
        assert (untaken["values_dropped"], untaken["unknown_columns"]) == ({"n": 1}, ["team"])
        assert report["traffic"]["exchanges"] == 2
        page = (logs / "out" / "report.html").read_text()
        assert "notes.txt" in page
        assert "not read" in page
