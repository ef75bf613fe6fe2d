"""What is done at once about an account that presents what was issued to others."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from office import Office
from sqlalchemy import Engine

from stillwatch.pipeline.evidence import act_at_once, keep
from stillwatch.pipeline.guard.watch import Sighting
from stillwatch.pipeline.respond import spared
from stillwatch.protect.seen import Presented
from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Ceiling
from stillwatch.respond.policy import parse_policy
from stillwatch.respond.register import Register
from stillwatch.trust.grants import add_grant

POLICY = parse_policy(
    """\
version: "1"
rules:
  - {name: owner, when: {victim: true}, then: notify_owner, enforce: false}
  - {name: replayed, when: {proof: true}, then: protect_output, enforce: true}
""",
    "p",
)


def _act(office: Office) -> dict[str, str]:
    """Four blocks of two others, presented by the account `a-1` of the house `lab`."""
    fresh = [
        Sighting(
            account_id="a-1",
            organization_id="lab",
            presented=Presented(
                kind="block", fate="elsewhere", digest=f"{i:032x}", issued_to=f"k:other-{i % 2}"
            ),
        )
        for i in range(4)
    ]
    known = keep(office.ledger, "node", fresh, {}, at=office.now)
    kept = spared(office.ledger, at=office.now, owners={"a-1": "lab"})
    act_at_once(
        office.ledger, POLICY, known, at=office.now, ceiling=Ceiling(), spared=kept
    )  # fmt: skip
    return office.standing()


@pytest.fixture
def nobody(engine: Engine, now: datetime) -> Office:
    return Office(engine, [], now)


def test_a_proof_is_acted_on_at_once(nobody: Office) -> None:
    assert _act(nobody) == {"a-1": "protect_output"}


def test_a_licensed_house_is_left_alone(nobody: Office, engine: Engine, now: datetime) -> None:
    with engine.begin() as connection:
        add_grant(
            connection, subject="organization", subject_id="lab", kind="licensed_distillation",
            reference="contract 7", person="ann", at=now, lasts=timedelta(days=90),
        )  # fmt: skip
    assert "protect_output" not in _act(nobody).values()


def test_the_owner_of_a_stolen_key_is_told_and_not_punished(
    nobody: Office,
) -> None:
    owner = Facts(account_id="a-1", victim=True)
    decided = [(owner, POLICY.decide(owner, at=nobody.now))]
    assert [d.action for _, d in decided] == ["notify_owner"]
    Register(nobody.ledger).enter(decided, at=nobody.now)
    assert "protect_output" not in _act(nobody).values()
