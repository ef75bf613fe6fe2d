"""What stands, who approved it, and how it is taken back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from office import POLICY, WHY, Office

from stillwatch.errors import NotFoundError, ReviewError
from stillwatch.respond.audit import verify
from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Ceiling, Day, doubt, issue
from stillwatch.respond.proposals import VOTING
from stillwatch.respond.review import APPROVAL

MakeFacts = Callable[..., Facts]


def test_what_stands_is_not_decided_again(office: Office) -> None:
    first = office.decide()
    office.later(hours=1)
    assert (len(first), office.decide()) == (4, [])
    assert {d.decision_id for d in office.register.standing(at=office.now).values()} == {
        d.decision_id for d in first
    }


def test_an_end_of_service_waits_for_two_people_and_then_reaches_all_at_once(
    office: Office,
) -> None:
    office.decide()
    (proposal,) = office.waiting()
    assert (proposal.action, proposal.accounts, proposal.people) == (
        "suspend",
        ("a-0", "a-1", "a-2", "a-3"),
        2,
    )
    assert proposal.body["honest_expected"] == pytest.approx(0.16)
    assert office.vote(proposal, "ann").state == "open"
    office.decide()
    assert set(office.standing().values()) == {"verify"}
    assert office.vote(proposal, "bob").state == "approved"
    office.decide()
    assert set(office.standing().values()) == {"suspend"}
    assert office.waiting() == []


@pytest.mark.parametrize("second", ["ann", " Ann ", "ANN"])
def test_one_person_is_not_two(office: Office, second: str) -> None:
    office.decide()
    office.vote(office.waiting()[0], "ann")
    with pytest.raises(ReviewError, match="has decided about"):
        office.vote(office.waiting()[0], second)


@pytest.mark.parametrize(
    ("person", "why"), [("", WHY), ("policy", WHY), ("ann", "ok"), ("ann", " " * 30)]
)
def test_a_vote_needs_a_person_and_a_reason(office: Office, person: str, why: str) -> None:
    office.decide()
    name = office.waiting()[0].proposal_id
    with pytest.raises(ReviewError):
        office.review.vote(name, person=person, approve=True, why=why, at=office.now)
    assert office.waiting()[0].state == "open"


def test_one_rejection_is_enough_and_is_not_asked_again_at_once(office: Office) -> None:
    office.decide()
    office.vote(office.waiting()[0], "ann")
    assert office.vote(office.waiting()[0], "bob", approve=False).state == "rejected"
    office.decide()
    assert (office.waiting(), set(office.standing().values())) == ([], {"verify"})
    office.later(days=7, seconds=1)
    office.decide()
    assert len(office.waiting()) == 1


def test_votes_about_fewer_accounts_do_not_count_for_more(
    office: Office, suspect: Callable[..., Facts]
) -> None:
    office.decide()
    old = office.waiting()[0]
    office.vote(old, "ann")
    office.decide([*office.crew, suspect(account_id="a-9")])
    (new,) = office.waiting()
    assert (len(new.accounts), new.proposal_id != old.proposal_id) == (5, True)
    with pytest.raises(ReviewError, match="is withdrawn"):
        office.vote(old, "bob")


def test_a_proposal_that_nobody_decides_lapses(office: Office) -> None:
    office.decide()
    old = office.waiting()[0]
    office.later(seconds=VOTING.total_seconds())
    assert office.waiting() == []
    with pytest.raises(ReviewError, match="lapsed"):
        office.vote(old, "ann")


def test_an_approval_ends_and_so_does_what_rests_on_it(office: Office) -> None:
    office.suspended()
    office.later(seconds=APPROVAL.total_seconds())
    assert office.review.approved(at=office.now) == {}
    office.decide()
    assert set(office.standing().values()) == {"verify"}


def test_a_full_day_asks_one_person(office: Office, suspect: Callable[..., Facts]) -> None:
    crew = [suspect(account_id=f"b-{i}", probability=0.85, campaign_id="c-2") for i in range(3)]
    office.decide(crew, ceiling=Ceiling(accounts=2))
    (proposal,) = office.waiting()
    assert (proposal.action, proposal.people) == ("verify", 1)
    assert office.vote(proposal, "ann").state == "approved"
    office.decide(crew, ceiling=Ceiling(accounts=2))
    assert set(office.standing().values()) == {"verify"}


def test_two_rounds_at_once_do_not_pass_the_ceiling_together(
    office: Office, suspect: MakeFacts
) -> None:
    """The second waits for the first, and finds the day used up."""
    crews = [
        [
            suspect(account_id=f"{name}-{i}", probability=0.85, campaign_id=f"c-{name}")
            for i in range(3)
        ]
        for name in "xy"
    ]
    begun = threading.Barrier(2)

    def decide(crew: list[Facts]) -> None:
        begun.wait()
        with office.register.round(at=office.now) as opened:
            found = issue(POLICY, crew, at=office.now, day=opened.day, ceiling=Ceiling(accounts=3))
            time.sleep(0.2)  # without a lock the other would have read the same day by now
            opened.enter(found)

    with ThreadPoolExecutor(2) as both:
        list(both.map(decide, crews))
    assert len(office.register.today(at=office.now).affected) == 3


def test_the_ledger_remembers_what_today_allows(office: Office) -> None:
    office.decide()
    day = office.register.today(at=office.now)
    assert day.affected == {"a-0", "a-1", "a-2", "a-3"}
    assert day.honest == pytest.approx(0.16)
    office.later(hours=12)
    assert office.register.today(at=office.now).affected == set()


def test_a_new_day_lets_nobody_go_whose_decision_stands(office: Office, suspect: MakeFacts) -> None:
    office.decide()
    stood = office.standing()
    office.later(hours=12)
    surer = [
        suspect(account_id=f"b-{i}", probability=0.99, campaign_id="c-2", campaign_probability=0.99)
        for i in range(3)
    ]
    office.decide([*surer, *office.crew], ceiling=Ceiling(accounts=3))
    assert {k: v for k, v in office.standing().items() if k in stood} == stood
    assert office.register.today(at=office.now).affected == {"b-0", "b-1", "b-2"}


def test_a_proof_uses_up_little_of_what_a_day_allows(office: Office) -> None:
    proven = [Facts(account_id=f"p-{i}", proof=True) for i in range(5)]
    found = issue(POLICY, proven, at=office.now, day=(day := Day(set())), ceiling=Ceiling())
    assert len(found) == 5
    assert sum(doubt(f) for f in proven) == pytest.approx(0.05)
    assert day.honest <= 0.05 + 1e-9


def test_rules_in_shadow_ask_nobody_and_tell_nobody(office: Office) -> None:
    shadow = replace(POLICY, rules=tuple(replace(r, enforce=False) for r in POLICY.rules))
    found = issue(
        shadow, office.crew, at=office.now, day=office.register.today(at=office.now),
        ceiling=Ceiling(),
    )  # fmt: skip
    assert len(office.register.enter(found, at=office.now)) == 4
    assert (office.waiting(), office.events()) == ([], [])
    assert set(office.standing().values()) == {"observe"}


def test_an_expired_decision_is_taken_back(office: Office) -> None:
    office.decide()
    assert office.events() == ["verify"]
    office.later(days=7)
    assert office.standing() == {}
    assert office.register.expire(at=office.now) == 4
    assert office.events() == ["verify", "verify.undone"]
    assert office.register.expire(at=office.now) == 0


def test_a_milder_decision_takes_the_harder_one_back(office: Office) -> None:
    office.suspended()
    calm = [replace(f, probability=0.6) for f in office.crew]
    office.later(minutes=1)
    office.decide(calm)
    assert set(office.standing().values()) == {"observe"}
    assert office.events() == ["suspend", "suspend.undone", "verify", "verify.undone"]


def test_an_appeal_is_heard_by_somebody_else_and_undoes(office: Office) -> None:
    decision = office.suspended()
    appeal = office.review.appeal(
        decision.decision_id, person="cat", said="they are a school", at=office.now
    )
    for name in ("ann", "bob", "cat"):
        with pytest.raises(ReviewError):
            office.vote(appeal, name)
    assert office.vote(appeal, "dan").state == "approved"
    assert office.standing() == {"a-1": "suspend", "a-2": "suspend", "a-3": "suspend"}
    assert "suspend.undone" in office.events()
    assert office.review.approved(at=office.now).keys() == {"a-1", "a-2", "a-3"}


def test_an_appeal_that_is_turned_down_changes_nothing(office: Office) -> None:
    decision = office.suspended()
    appeal = office.review.appeal(
        decision.decision_id, person="cat", said="they are a school", at=office.now
    )
    with pytest.raises(ReviewError, match="open already"):
        office.review.appeal(
            decision.decision_id, person="cat", said="again, please", at=office.now
        )
    assert office.vote(appeal, "dan", approve=False).state == "rejected"
    assert office.standing()["a-0"] == "suspend"


def test_what_does_not_stand_can_be_neither_undone_nor_appealed(office: Office) -> None:
    decision = office.suspended()
    office.review.undo(decision.decision_id, person="ann", why=WHY, at=office.now)
    for step in (
        lambda: office.review.undo(decision.decision_id, person="bob", why=WHY, at=office.now),
        lambda: office.review.appeal(decision.decision_id, person="c", said=WHY, at=office.now),
    ):
        with pytest.raises(ReviewError, match="is undone already"):
            step()
    with pytest.raises(NotFoundError):
        office.review.undo("d-none", person="bob", why=WHY, at=office.now)


def test_what_was_undone_at_this_very_moment_does_not_come_back(office: Office) -> None:
    decision = office.decide()[0]
    office.review.undo(decision.decision_id, person="ann", why=WHY, at=office.now)
    assert office.decide() == []
    assert decision.account_id not in office.standing()


def test_clearing_an_account_withdraws_what_rested_on_it(office: Office) -> None:
    office.suspended()
    withdrawn = office.review.clear("a-0", person="eve", why=WHY, at=office.now)
    assert [p.accounts for p in withdrawn] == [("a-0", "a-1", "a-2", "a-3")]
    assert "a-0" not in office.standing()
    assert office.review.approved(at=office.now) == {}
    office.later(minutes=1)
    office.decide([f for f in office.crew if f.account_id != "a-0"])
    assert set(office.standing().values()) == {"verify"}
    assert office.waiting()[0].accounts == ("a-1", "a-2", "a-3")


def test_everything_that_people_did_stands_in_a_whole_ledger(office: Office) -> None:
    decision = office.suspended()
    office.review.undo(decision.decision_id, person="ann", why=WHY, at=office.now)
    assert verify(office.ledger).fault is None
    kinds = [entry.kind for entry in office.ledger.entries()]
    assert {"decided", "proposed", "approved", "replaced", "undone"} <= set(kinds)
    (last,) = [
        e for e in office.ledger.entries() if e.kind == "approved" and "approved_by" in e.body
    ]
    assert last.body["approved_by"] == ["ann", "bob"]
    (undone,) = [e for e in office.ledger.entries(account_id="a-0") if e.kind == "undone"]
    assert (undone.body["person"], undone.body["rationale"]) == ("ann", WHY)
    decided = office.ledger.entries(account_id="a-0")[0].body
    assert decided["decision"]["policy_version"] == POLICY.version
    assert decided["decision"]["evidence"] == ["c-1/lockstep"]
