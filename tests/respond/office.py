"""A register with its reviewers, as tests use it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from stillwatch.respond.decision import Decision
from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Ceiling, issue
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.policy import parse_policy
from stillwatch.respond.proposals import Proposal
from stillwatch.respond.register import Register
from stillwatch.respond.review import Review
from stillwatch.store.tables import OUTBOX

WHY = "the evidence is sound"
POLICY = parse_policy(
    """\
version: "1"
rules:
  - {name: end, when: {probability_at_least: 0.9}, then: suspend, enforce: true, for: 30d}
  - {name: ask, when: {probability_at_least: 0.8}, then: verify, enforce: true, for: 7d}
  - {name: mark, when: {probability_at_least: 0.5}, then: tag}
""",
    "policy.yaml",
)


class Office:
    """A register with its reviewers, and a crew of four that they deal with."""

    def __init__(self, engine: Engine, crew: list[Facts], now: datetime) -> None:
        self.ledger = Ledger(engine, b"s" * 32)
        self.forgotten: list[str] = []
        self.register = Register(self.ledger, forget=self.forgotten.append)
        self.review = Review(self.ledger)
        self.crew = crew
        self.now = now

    def decide(
        self, accounts: list[Facts] | None = None, *, ceiling: Ceiling | None = None
    ) -> list[Decision]:
        approved = self.review.approved(at=self.now)
        facts = [
            replace(f, approved=approved.get(f.account_id, frozenset()))
            for f in (self.crew if accounts is None else accounts)
        ]
        day = self.register.today(at=self.now)
        found = issue(POLICY, facts, at=self.now, day=day, ceiling=ceiling or Ceiling())
        return self.register.enter(found, at=self.now)

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def vote(self, proposal: Proposal, person: str, *, approve: bool = True) -> Proposal:
        return self.review.vote(
            proposal.proposal_id, person=person, approve=approve, why=WHY, at=self.now
        )

    def waiting(self) -> list[Proposal]:
        return self.review.waiting(at=self.now)

    def standing(self) -> dict[str, str]:
        found = self.register.standing(at=self.now)
        return {account: decision.effective for account, decision in sorted(found.items())}

    def events(self) -> list[str]:
        with self.ledger.engine.connect() as connection:
            rows = connection.execute(select(OUTBOX.c.event, OUTBOX.c.body))
            return sorted(row.event for row in rows if '"a-0"' in row.body)

    def suspended(self) -> Decision:
        """A decision that two people made, against account a-0."""
        self.decide()
        self.vote(self.waiting()[0], "ann")
        self.vote(self.waiting()[0], "bob")
        self.decide()
        return self.register.standing(at=self.now)["a-0"]
