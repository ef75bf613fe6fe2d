"""What no policy can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.respond.actions import ACTIONS
from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Ceiling, Day, issue
from stillwatch.respond.policy import Policy, parse_policy

MakeFacts = Callable[..., Facts]

HARSH = """\
version: "1"
rules:
  - {name: end, when: {probability_at_least: 0.9}, then: suspend, enforce: true}
  - {name: slow, when: {probability_at_least: 0.9}, then: quota, enforce: true}
  - {name: mark, when: {probability_at_least: 0.5}, then: tag, enforce: true}
"""
HARSH = HARSH.replace("0.9}, then: quota", "0.8}, then: quota")


@pytest.fixture
def harsh() -> Policy:
    return parse_policy(HARSH, "harsh.yaml")


def test_nobody_loses_service_because_a_policy_says_so(
    harsh: Policy, suspect: MakeFacts, now: datetime
) -> None:
    decision = harsh.decide(suspect(), at=now)
    assert decision.action == "quota"
    assert [(b.rule, b.guardrail) for b in decision.held_back] == [("end", "two_people")]


def test_what_enough_people_approved_is_done(
    harsh: Policy, suspect: MakeFacts, now: datetime
) -> None:
    assert harsh.decide(suspect(approved=frozenset({"suspend"})), at=now).action == "suspend"


def test_no_approval_reaches_a_grant_or_the_owner_of_a_stolen_key(
    harsh: Policy, suspect: MakeFacts, now: datetime
) -> None:
    approved = suspect(approved=frozenset({"suspend"}))
    for spared in (replace(approved, grant="verified_research"), replace(approved, victim=True)):
        assert not ACTIONS[harsh.decide(spared, at=now).effective].affects


@pytest.mark.parametrize(
    "families",
    [
        {"coordination", "identity", "intelligence"},
        {"volume", "structure", "training_value"},
        set(),
    ],
)
def test_families_of_one_question_alone_affect_nobody(
    families: set[str], harsh: Policy, suspect: MakeFacts, now: datetime
) -> None:
    decision = harsh.decide(suspect(families=frozenset(families)), at=now)
    assert decision.action == "tag"
    assert decision.held_back[-1].guardrail == "two_families"


def test_two_accounts_are_no_campaign(harsh: Policy, suspect: MakeFacts, now: datetime) -> None:
    assert harsh.decide(suspect(campaign_accounts=2), at=now).action == "tag"
    assert harsh.decide(suspect(campaign_accounts=3), at=now).action == "quota"


def test_a_proof_against_the_account_stands_for_missing_statistics(
    harsh: Policy, suspect: MakeFacts, now: datetime
) -> None:
    alone = suspect(families=frozenset({"integrity"}), campaign_accounts=1)
    assert harsh.decide(alone, at=now).action == "tag"
    assert harsh.decide(replace(alone, proof=True), at=now).action == "quota"


@pytest.mark.parametrize("kind", ["licensed_distillation", "verified_research"])
def test_a_grant_keeps_automation_away(
    kind: str, harsh: Policy, suspect: MakeFacts, now: datetime
) -> None:
    decision = harsh.decide(suspect(grant=kind), at=now)
    assert decision.action == "tag"
    assert {b.guardrail for b in decision.held_back} == {"grant"}


def test_a_victim_meets_no_rule_that_does_not_name_victims(
    harsh: Policy, suspect: MakeFacts, now: datetime
) -> None:
    assert harsh.decide(suspect(victim=True), at=now).action == "observe"


def test_a_rule_that_was_made_past_the_parser_cannot_punish_a_victim(
    harsh: Policy, suspect: MakeFacts, now: datetime
) -> None:
    forged = replace(
        harsh, rules=tuple(replace(r, when={**r.when, "victim": True}) for r in harsh.rules)
    )
    decision = forged.decide(suspect(victim=True), at=now)
    assert decision.action == "tag"
    assert {b.guardrail for b in decision.held_back} == {"victim"}


def _crew(suspect: MakeFacts, name: str, size: int, probability: float) -> list[Facts]:
    return [
        suspect(
            account_id=f"{name}-{i}",
            campaign_id=name,
            probability=probability,
            campaign_probability=probability,
        )
        for i in range(size)
    ]


def test_a_campaign_is_acted_on_as_a_whole_or_not_at_all(
    harsh: Policy, suspect: MakeFacts, now: datetime
) -> None:
    accounts = [*_crew(suspect, "sure", 4, 0.99), *_crew(suspect, "less", 4, 0.95)]
    day = Day(set())
    found = issue(harsh, accounts, at=now, day=day, ceiling=Ceiling(accounts=6, honest=100))
    done = {f.account_id: d for f, d in found}
    assert {done[f"sure-{i}"].action for i in range(4)} == {"quota"}
    assert {done[f"less-{i}"].action for i in range(4)} == {"tag"}
    assert done["less-0"].held_back[-1].guardrail == "ceiling"
    assert day.affected == {f"sure-{i}" for i in range(4)}


def test_the_ceiling_counts_honest_accounts_too(
    harsh: Policy, suspect: MakeFacts, now: datetime
) -> None:
    accounts = _crew(suspect, "c", 20, 0.9)
    for honest, action in ((1.9, "tag"), (2.1, "quota")):
        found = issue(
            harsh, accounts, at=now, day=Day(set()), ceiling=Ceiling(accounts=100, honest=honest)
        )
        assert {d.action for _, d in found} == {action}


def test_who_is_affected_already_is_not_let_go_by_a_full_day(
    harsh: Policy, suspect: MakeFacts, now: datetime
) -> None:
    crew = _crew(suspect, "c", 5, 0.95)
    day = Day({"c-0", "c-1"})
    found = issue(harsh, crew, at=now, day=day, ceiling=Ceiling(accounts=2, honest=100))
    assert {f.account_id for f, d in found if d.action == "quota"} == {"c-0", "c-1"}


def test_what_is_in_shadow_or_approved_by_people_uses_up_nothing(
    harsh: Policy, suspect: MakeFacts, now: datetime
) -> None:
    shadow = replace(harsh, rules=tuple(replace(r, enforce=False) for r in harsh.rules))
    crew = _crew(suspect, "c", 5, 0.95)
    approved = [replace(f, approved=frozenset({"suspend"})) for f in crew]
    for policy, accounts in ((shadow, crew), (harsh, approved)):
        day = Day(set())
        issue(policy, accounts, at=now, day=day, ceiling=Ceiling(accounts=0, honest=0))
        assert day.affected == set()


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.floats(0.5, 1), st.booleans(), st.booleans()),
        max_size=30,
    ),
    st.integers(0, 12),
    st.floats(0, 4),
)
def test_no_day_goes_beyond_its_ceiling_and_no_end_of_service_is_automatic(
    drawn: list[tuple[str, float, bool, bool]], accounts: int, honest: float
) -> None:
    at = datetime.fromisoformat("2026-11-21T00:00:00+00:00")
    crowd = [
        Facts(
            account_id=str(number),
            campaign_id=campaign,
            probability=p,
            campaign_probability=p,
            campaign_accounts=5,
            families=frozenset({"identity", "volume"}),
            victim=victim,
            grant="verified_research" if granted else None,
        )
        for number, (campaign, p, victim, granted) in enumerate(drawn)
    ]
    day = Day(set())
    policy = parse_policy(HARSH, "harsh.yaml")
    found = issue(policy, crowd, at=at, day=day, ceiling=Ceiling(accounts=accounts, honest=honest))
    hit = [f for f, d in found if ACTIONS[d.effective].affects]
    assert len(hit) <= accounts
    assert sum(1 - f.probability for f in hit) <= honest + 1e-9
    assert not any(f.victim or f.grant for f in hit)
    assert not any(ACTIONS[d.action].ends_service for _, d in found)
    assert len(found) == len(crowd)
