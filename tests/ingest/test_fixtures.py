"""Payloads that a real LiteLLM proxy produced: every record is read or accounted for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("name", "exchanges", "others"),
    [
        ("litellm_generic_api_batch.json", 3, 0),
        ("litellm_hooks_and_standard_logging_payload.jsonl", 9, 22),
        ("litellm_otlp_traces.jsonl", 1, 15),
        ("litellm_spendlogs_rows.json", 9, 0),
    ],
)
def test_every_record_of_a_fixture_is_read_or_counted_as_no_exchange(
    read: Callable[..., Any], fixtures: Path, name: str, exchanges: int, others: int
) -> None:
    result = read(fixtures / name)
    assert result.error is None
    assert len(result.rows) == exchanges
    assert result.summary.not_an_exchange.total() == others
    assert not result.reasons


def test_the_folder_of_fixtures_is_read_and_the_stix_bundle_is_skipped_aloud(
    read: Callable[..., Any], fixtures: Path
) -> None:
    result = read(fixtures)
    litellm = [p for p in result.summary.files if p in {"litellm", "otlp", "spendlogs"}]
    assert len(litellm) == 3
    assert len(result.rows) >= 22
    assert any("stix_bundle" in path for path in result.summary.skipped)


def test_hook_events_are_counted_by_kind_and_failures_are_exchanges(
    read: Callable[..., Any], fixtures: Path
) -> None:
    result = read(fixtures / "litellm_hooks_and_standard_logging_payload.jsonl")
    counted = result.summary.not_an_exchange
    assert counted["litellm hook event: pre_call"] == 9
    assert counted["litellm hook event: init"] == 2
    assert sorted(r["http_status"] for r in result.rows if r["http_status"] != 200) == [
        403,
        403,
        403,
        429,
    ]
    failed = [r for r in result.rows if r["http_status"] != 200]
    assert all(r["input_tokens"] is None and r["prompt_text"] for r in failed)


def test_a_payload_gives_account_organization_tokens_and_reasoning(
    read: Callable[..., Any], fixtures: Path
) -> None:
    row = read(fixtures / "litellm_generic_api_batch.json").rows[0]
    assert (row["account_id"], row["organization_id"]) == ("acct-1", "org-1")
    assert (row["input_tokens"], row["output_tokens"], row["reasoning_tokens"]) == (11, 9, 4)
    assert row["model"] == "gpt-fake"
    assert row["duration_ms"] == pytest.approx(315.974, abs=1e-3)
    assert row["credential_id"].startswith("h:")
    assert row["client_ip"].startswith("h:")


def test_the_same_call_has_one_id_in_payload_and_spendlogs(
    read: Callable[..., Any], fixtures: Path
) -> None:
    payloads = read(fixtures / "litellm_hooks_and_standard_logging_payload.jsonl")
    spendlogs = read(fixtures / "litellm_spendlogs_rows.json")
    assert set(payloads.ids) == set(spendlogs.ids)
    by_id = {row["exchange_id"]: row for row in payloads.rows}
    for row in spendlogs.rows:
        twin = by_id[row["exchange_id"]]
        for name in ("started_at", "account_id", "credential_id", "client_net", "prompt_text"):
            assert row[name] == twin[name]


def test_the_signature_of_a_thinking_block_is_issued_as_a_digest(
    read: Callable[..., Any], fixtures: Path
) -> None:
    result = read(fixtures / "litellm_spendlogs_rows.json")
    issued = [row["reasoning_out"] for row in result.rows if row["reasoning_out"]]
    assert len(issued) == 2
    assert issued[0] == issued[1]
    assert "EqQBCg" not in str(issued)


def test_the_raw_child_span_of_a_call_is_not_counted_twice(
    read: Callable[..., Any], fixtures: Path
) -> None:
    result = read(fixtures / "litellm_otlp_traces.jsonl")
    assert result.summary.not_an_exchange["span: raw_gen_ai_request"] == 1
    row = result.rows[0]
    assert (row["system_text"], row["prompt_text"], row["end_user_id"]) == ("x", "hi", "u1")
    assert row["reasoning_tokens"] == 4
    assert row["stop_reason"] == "stop"
