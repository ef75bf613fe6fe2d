"""What a policy decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.respond.actions import ACTIONS, LADDER, effect, severity
from stillwatch.respond.facts import Facts
from stillwatch.respond.policy import Policy, Rule, default_policy, parse_policy
from stillwatch.respond.policy.order import order_faults
from stillwatch.schema import ACTIONS as RECOMMENDED
from stillwatch.schema import FAMILIES

MakeFacts = Callable[..., Facts]

TWO = """\
version: "1"
rules:
  - name: strict
    when: {probability_at_least: 0.9, families_at_least: 2}
    then: quota
    enforce: STRICT
    for: 3d
  - name: mild
    when: {probability_at_least: 0.5}
    then: tag
    enforce: MILD
"""


def _policy(*, strict: bool = True, mild: bool = True) -> Policy:
    text = TWO.replace("STRICT", str(strict).lower()).replace("MILD", str(mild).lower())
    return parse_policy(text, "p.yaml")


def test_the_first_rule_that_applies_decides(suspect: MakeFacts, now: datetime) -> None:
    assert _policy().decide(suspect(), at=now).rule == "strict"
    assert _policy().decide(suspect(probability=0.6), at=now).rule == "mild"


def test_without_a_rule_that_applies_nothing_is_done(suspect: MakeFacts, now: datetime) -> None:
    decision = _policy().decide(suspect(probability=0.1), at=now)
    assert (decision.action, decision.rule, decision.reason_code) == (
        "observe",
        "",
        "nothing_found",
    )


def test_a_decision_says_why_under_which_policy_and_until_when(
    suspect: MakeFacts, now: datetime
) -> None:
    decision = _policy().decide(suspect(), at=now)
    assert decision.policy_version == _policy().version
    assert decision.expires_at == now + timedelta(days=3)
    assert decision.evidence == ("c-1/lockstep",)
    assert decision.customer_sentence == ACTIONS["quota"].sentence
    assert not decision.shadow


def test_the_same_facts_policy_and_moment_give_the_same_id(
    suspect: MakeFacts, now: datetime
) -> None:
    first = _policy().decide(suspect(), at=now)
    assert first == _policy().decide(suspect(), at=now)
    later = _policy().decide(suspect(), at=now + timedelta(seconds=1))
    other = _policy().decide(suspect(account_id="a-2"), at=now)
    assert len({first.decision_id, later.decision_id, other.decision_id}) == 3


def test_a_rule_in_shadow_never_switches_off_one_that_enforces(
    suspect: MakeFacts, now: datetime
) -> None:
    decision = _policy(strict=False).decide(suspect(), at=now)
    assert (decision.action, decision.shadow) == ("tag", False)
    assert (decision.shadow_rule, decision.shadow_action) == ("strict", "quota")


def test_a_decision_in_shadow_changes_no_request(suspect: MakeFacts, now: datetime) -> None:
    decision = _policy(strict=False, mild=False).decide(suspect(), at=now)
    assert (decision.action, decision.shadow, decision.effective) == ("quota", True, "observe")
    assert effect(decision).requests_per_minute is None
    assert effect(replace(decision, shadow=False)).requests_per_minute == 60


def test_an_unknown_fact_meets_no_condition(suspect: MakeFacts, now: datetime) -> None:
    text = """\
version: "1"
rules:
  - name: young
    when: {age_days_below: 30, verification_at_most: 1}
    then: tag
"""
    policy = parse_policy(text, "p.yaml")
    assert policy.decide(suspect(), at=now).rule == ""
    assert policy.decide(suspect(age_days=3, verification=0), at=now).rule == "young"
    assert policy.decide(suspect(age_days=30, verification=0), at=now).rule == ""


def test_what_the_customer_is_told_names_no_number_no_method_and_nobody_else() -> None:
    for rule in default_policy().rules:
        assert not any(letter.isdigit() for letter in rule.message)
        assert "campaign" not in rule.message
        assert "probab" not in rule.message


def test_every_recommended_action_is_on_the_ladder_in_the_same_order() -> None:
    known = [name for name in LADDER if name in RECOMMENDED and name != "notify_owner"]
    assert known == [name for name in RECOMMENDED if name != "notify_owner"]
    assert set(RECOMMENDED) <= set(LADDER)


BELIEF = st.fixed_dictionaries(
    {},
    optional={
        "probability_at_least": st.sampled_from([0.3, 0.6, 0.9]),
        "campaign_probability_at_least": st.sampled_from([0.3, 0.6, 0.9]),
        "families_at_least": st.integers(1, 4),
        "families": st.frozensets(st.sampled_from(FAMILIES), min_size=1, max_size=3),
        "indicator": st.just(True),
        "replayed_blocks_at_least": st.integers(1, 3),
    },
)
CUSTOMER = st.fixed_dictionaries(
    {},
    optional={
        "tier": st.frozensets(st.sampled_from(["free", "paid"]), min_size=1),
        "verification_at_least": st.integers(0, 3),
        "verification_at_most": st.integers(0, 3),
        "age_days_below": st.sampled_from([10.0, 20.0]),
        "age_days_at_least": st.sampled_from([10.0, 20.0]),
    },
)


@st.composite
def _policies(draw: st.DrawFn) -> Policy:
    rules: list[Rule] = []
    for number in range(draw(st.integers(2, 6))):
        then = draw(st.sampled_from([name for name in LADDER if name != "notify_owner"]))
        action = ACTIONS[then]
        rule = Rule(
            name=f"r{number}",
            when=draw(BELIEF) | draw(CUSTOMER),
            then=then,
            parameters={
                n: p.default for n, p in action.parameters.items() if p.default is not None
            },
            lasts=timedelta(hours=1),
            enforce=draw(st.booleans()),
            reason=action.reason,
            message=action.sentence,
            line=number,
        )
        if not order_faults([*rules, rule]):
            rules.append(rule)
    return Policy(name="p", declared="1", digest="x", rules=tuple(rules))


@st.composite
def _less_and_more(draw: st.DrawFn) -> tuple[Facts, Facts]:
    families = draw(st.frozensets(st.sampled_from(FAMILIES)))
    less = Facts(
        account_id="a",
        probability=draw(st.sampled_from([0.2, 0.5, 0.7])),
        campaign_probability=draw(st.sampled_from([0.2, 0.5, 0.7])),
        campaign_accounts=draw(st.integers(1, 5)),
        families=families,
        replayed_blocks=draw(st.integers(0, 2)),
        tier=draw(st.sampled_from(["free", "paid", None])),
        verification=draw(st.sampled_from([0, 1, 2, 3, None])),
        age_days=draw(st.sampled_from([5.0, 15.0, 25.0, None])),
    )
    more = replace(
        less,
        probability=draw(st.sampled_from([0.7, 0.95])),
        campaign_probability=draw(st.sampled_from([0.7, 0.95])),
        campaign_accounts=less.campaign_accounts + draw(st.integers(0, 5)),
        families=families | draw(st.frozensets(st.sampled_from(FAMILIES))),
        replayed_blocks=less.replayed_blocks + draw(st.integers(0, 2)),
        indicator=draw(st.booleans()),
    )
    return less, more


@settings(max_examples=400)
@given(_policies(), _less_and_more())
def test_who_is_more_suspect_is_never_treated_more_mildly(
    policy: Policy, pair: tuple[Facts, Facts]
) -> None:
    at = datetime.fromisoformat("2026-11-21T00:00:00+00:00")
    bold = replace(policy, rules=tuple(replace(rule, enforce=True) for rule in policy.rules))
    for each in (policy, bold):
        mild, strict = (each.decide(facts, at=at) for facts in pair)
        assert severity(mild.effective) <= severity(strict.effective)


def test_facts_hold_no_text_and_nothing_that_is_never_evidence() -> None:
    never = {"country", "language", "name", "email", "prompt", "text"}
    assert {f.name for f in fields(Facts)} & never == set()
