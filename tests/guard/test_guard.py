"""A guard answers from memory: what stands, what has run out, and when it cannot look up."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stillwatch.pipeline.guard import Guard, Request
from stillwatch.pipeline.online.knowledge import Knowledge
from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Ceiling
from stillwatch.respond.policy import parse_policy

POLICY = parse_policy(
    """
version: "1"
rules:
  - name: shared-quota
    when: {probability_at_least: 0.9}
    then: quota
    with: {requests_per_minute: 60, burst: 3}
    for: 1h
    enforce: true
  - name: look
    when: {probability_at_least: 0.5}
    then: tag
    for: 1h
""",
    "test",
)
NOW = 1_790_000_000.0


def _facts(name: str, probability: float, **more: object) -> Facts:
    return Facts(
        account_id=name,
        probability=probability,
        campaign_id="c-1",
        campaign_probability=0.99,
        campaign_accounts=5,
        families=frozenset({"coordination", "volume"}),
        evidence=("c-1/work_queue",),
        **more,  # type: ignore[arg-type]
    )


def _knowledge(*facts: Facts) -> Knowledge:
    at = datetime.fromtimestamp(NOW, UTC)
    return Knowledge(as_of=at, accounts={f.account_id: f for f in facts})


def test_an_unknown_account_passes_and_nothing_is_said_about_it() -> None:
    answer = Guard(POLICY, knowledge=_knowledge(_facts("a", 0.95))).decide(Request("other"))
    assert answer.effect.status is None
    assert answer.decision.reason_code == "nothing_found"
    assert answer.decision.account_id == "other"


def test_accounts_of_one_campaign_share_one_quota_and_are_told_when_to_come_back() -> None:
    clock = [100.0]
    guard = Guard(
        POLICY,
        knowledge=_knowledge(_facts("a", 0.95), _facts("b", 0.95)),
        clock=lambda: NOW,
        ticks=lambda: clock[0],
    )
    asked = [guard.decide(Request("ab"[i % 2])) for i in range(5)]
    assert [a.effect.status for a in asked] == [None, None, None, 429, 429]
    assert asked[3].decision.retry_after == timedelta(seconds=1)
    clock[0] += 1.0
    assert guard.decide(Request("b")).effect.status is None
    assert guard.decide(Request("a")).effect.status == 429


def test_a_rule_in_shadow_changes_nothing_and_is_told() -> None:
    answer = Guard(POLICY, knowledge=_knowledge(_facts("a", 0.6))).decide(Request("a"))
    assert answer.decision.action == "tag"
    assert answer.decision.shadow
    assert answer.effect.tags == ()


def test_a_decision_that_has_run_out_counts_no_longer() -> None:
    now = [NOW]
    guard = Guard(POLICY, knowledge=_knowledge(_facts("a", 0.6)), clock=lambda: now[0])
    assert guard.decide(Request("a")).decision.action == "tag"
    now[0] += 3601
    assert guard.decide(Request("a")).decision.action == "observe"


@pytest.mark.parametrize(("wish", "status"), [("open", None), ("closed", 503)])
def test_a_guard_that_fails_lets_pass_unless_told_otherwise(
    wish: str, status: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    guard = Guard(
        POLICY,
        knowledge=_knowledge(_facts("a", 0.95)),
        buckets=object(),  # type: ignore[arg-type] # any use of it fails
        on_failure=wish,  # type: ignore[arg-type]
    )
    answer = guard.decide(Request("a"))
    assert answer.failed
    assert answer.effect.status == status
    assert "a decision failed" in caplog.text


def test_the_same_findings_keep_the_same_decision() -> None:
    guard = Guard(POLICY, knowledge=_knowledge(_facts("a", 0.95)))
    first = guard.decide(Request("a")).decision.decision_id
    again = guard.renew(_knowledge(_facts("a", 0.96), _facts("b", 0.95)))
    assert guard.decide(Request("a")).decision.decision_id == first
    assert set(again.decided) == {"a", "b"}


def test_no_more_accounts_are_affected_on_a_day_than_the_ceiling_allows() -> None:
    known = _knowledge(*(_facts(f"a{i}", 0.95) for i in range(5)))
    guard = Guard(POLICY, knowledge=known, ceiling=Ceiling(accounts=4))
    answer = guard.decide(Request("a0"))
    assert answer.effect.requests_per_minute is None
    assert [h.guardrail for h in answer.decision.held_back] == ["ceiling"]


def test_a_guard_that_follows_a_folder_learns_what_is_new(tmp_path: Path) -> None:
    guard = Guard(POLICY)
    learnt = threading.Event()
    stop = guard.follow(tmp_path, every=0.01)
    assert guard.decide(Request("a")).decision.action == "observe"
    _knowledge(_facts("a", 0.6)).save(tmp_path)
    for _ in range(500):
        if guard.decide(Request("a")).decision.action == "tag":
            learnt.set()
            break
        time.sleep(0.01)
    stop()
    assert learnt.is_set()


def test_knowledge_comes_back_from_its_document_as_it_was() -> None:
    made = _knowledge(_facts("a", 0.95, victim=True, tier="free"), _facts("b", 0.6, age_days=3.5))
    assert Knowledge.read(made.document()) == made


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"version":1,"as_of":null,"accounts":[{}]}'])
def test_a_damaged_document_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Knowledge.read(text)
