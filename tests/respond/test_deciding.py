"""Decisions follow what people say, and the clock, without any new traffic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from office import POLICY, Office

from stillwatch.pipeline.online.deciding import Deciding
from stillwatch.pipeline.standing import Found
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.register import Register
from stillwatch.respond.review import Review
from stillwatch.schema import ACCOUNT_ASSESSMENT, CAMPAIGN, EVIDENCE, MEMBER
from stillwatch.settings import Settings
from stillwatch.trust.grants import add_grant

CREW = [f"a-{i}" for i in range(4)]
FAMILIES = ["coordination", "structure", "volume"]


def _found(probability: float) -> Found:
    campaign = {
        "campaign_id": "c-1", "probability": 0.98, "accounts": 4, "evidence_families": FAMILIES
    }  # fmt: skip
    members = [{"campaign_id": "c-1", "account_id": a, "probability": probability} for a in CREW]
    accounts = [{"account_id": a, "probability": probability, "campaign_id": "c-1"} for a in CREW]
    return Found(
        campaigns=pa.Table.from_pylist([campaign], CAMPAIGN),
        members=pa.Table.from_pylist(members, MEMBER),
        accounts=pa.Table.from_pylist(accounts, ACCOUNT_ASSESSMENT),
        evidence=EVIDENCE.empty_table(),
    )


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _deciding(ledger: Ledger, clock: Clock, probability: float = 0.96) -> Deciding:
    made = Deciding(POLICY, ledger, Settings(), ticks=clock)
    assert not made.again(), "before the first look there is nothing to decide on"
    made.on(_found(probability), None)
    return made


def _standing(ledger: Ledger) -> dict[str, str]:
    found = Register(ledger).standing(at=datetime.now(UTC))
    return {name: decision.effective for name, decision in sorted(found.items())}


def _grant(ledger: Ledger, account: str) -> None:
    with ledger.transaction() as transaction:
        add_grant(
            transaction.connection, subject="account", subject_id=account, kind="verified_research",
            reference="contract 12", person="ann", at=datetime.now(UTC), lasts=timedelta(days=9),
        )  # fmt: skip


def test_a_grant_frees_an_account_within_seconds(office: Office, clock: Clock) -> None:
    deciding = _deciding(office.ledger, clock, 0.85)
    assert _standing(office.ledger) == dict.fromkeys(CREW, "verify")
    clock.now += 2
    assert not deciding.again(), "nobody said anything"
    _grant(office.ledger, "a-2")
    assert not deciding.again(), "it was asked less than a second ago"
    clock.now += 2
    assert deciding.again()
    assert _standing(office.ledger)["a-2"] != "verify"
    assert _standing(office.ledger)["a-1"] == "verify"
    clock.now += 2
    assert not deciding.again()


def test_what_two_people_approve_is_done_within_seconds(office: Office, clock: Clock) -> None:
    deciding = _deciding(office.ledger, clock)
    assert "suspend" not in _standing(office.ledger).values()
    review = Review(office.ledger)
    for person in ("ann", "bob"):
        (waiting,) = review.waiting(at=datetime.now(UTC))
        review.vote(
            waiting.proposal_id,
            person=person,
            approve=True,
            why="the evidence is sound",
            at=datetime.now(UTC),
        )
    clock.now += 2
    deciding.again()
    assert _standing(office.ledger) == dict.fromkeys(CREW, "suspend")


def test_what_ended_by_itself_is_decided_anew_after_a_minute(office: Office, clock: Clock) -> None:
    deciding = _deciding(office.ledger, clock, 0.85)
    later = datetime.now(UTC) + timedelta(days=8)
    assert Register(office.ledger).expire(at=later) == 4
    assert _standing(office.ledger) == {}
    clock.now += 2
    assert not deciding.again()
    clock.now += 60
    assert deciding.again()
    assert _standing(office.ledger) == dict.fromkeys(CREW, "verify")
