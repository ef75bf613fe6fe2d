"""The register of decisions: which stand, which were replaced, expired or undone.

What changes here is written into the ledger in the same transaction, and messages to the operator's
own systems are kept with it (`respond.outbox`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import orjson
from sqlalchemy import Connection, insert, select, update

from stillwatch.errors import NotFoundError
from stillwatch.respond.actions import ACTIONS
from stillwatch.respond.decision import Decision
from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Day, affects, doubt
from stillwatch.respond.ledger import Entry, Ledger, Transaction
from stillwatch.respond.outbox import Outbox, carry_out, take_back
from stillwatch.respond.proposals import propose
from stillwatch.respond.records import decision_of, document
from stillwatch.store import to_us
from stillwatch.store.tables import DECISION, LEDGER

__all__ = ["Register", "Round", "end", "find", "standing"]

_DAY_US = 86_400_000_000


class Register:
    """The decisions of one database.

    Args:
        ledger: Of that database.
        forget: Is told whose shared quota (respond.quota.quota_key) counts no longer.
    """

    def __init__(self, ledger: Ledger, *, forget: Callable[[str], None] | None = None) -> None:
        self.ledger = ledger
        self._forget = forget

    def enter(self, decided: Sequence[tuple[Facts, Decision]], *, at: datetime) -> list[Decision]:
        """Keep decisions that were made already; returns those that are new."""
        with self.round(at=at) as opened:
            return opened.enter(decided)

    @contextmanager
    def round(self, *, at: datetime) -> Iterator[Round]:
        """A round of decisions; no other begins before its end, so two cannot pass a ceiling."""
        with self.ledger.transaction() as transaction:
            yield Round(transaction, at)
        self._release(transaction)

    def standing(self, *, at: datetime) -> dict[str, Decision]:
        """The decisions in force at a moment, by account."""
        with self.ledger.readers.connect() as connection:
            return _in_force(connection, at)

    def expire(self, *, at: datetime) -> int:
        """End what is over; returns how many decisions that were."""
        with self.ledger.transaction() as transaction:
            ended = _expire(transaction, list(standing(transaction).values()), at)
        self._release(transaction)
        return ended

    def _release(self, transaction: Transaction) -> None:
        if self._forget is not None:
            for key in transaction.released:
                self._forget(key)

    def today(self, *, at: datetime) -> Day:
        """What automation has done since midnight UTC, as the ledger tells it, and what stands."""
        with self.ledger.readers.connect() as connection:
            return _today(connection, at)


class Round:
    """Decisions of one moment, made and kept while nobody else makes any.

    Attributes:
        day: What automation has done since midnight UTC, and what stands; `issue` updates it.
    """

    def __init__(self, transaction: Transaction, at: datetime) -> None:
        self.day = _today(transaction.connection, at)
        self._transaction = transaction
        self._at = at

    def enter(self, decided: Sequence[tuple[Facts, Decision]]) -> list[Decision]:
        """Keep decisions; returns those that are new.

        A decision that says the same as the one that stands changes nothing: the old one keeps its
        id and its end. One that no rule made ends what stands. Rules that a guardrail held back
        become proposals for people, one a campaign and action with all of its accounts.
        """
        transaction, at = self._transaction, self._at
        new: list[Decision] = []
        before = standing(transaction)
        _expire(transaction, list(before.values()), at)
        before = {k: d for k, d in before.items() if d.expires_at > at}
        for facts, decision in decided:
            old = before.get(facts.account_id)
            if old is not None and _same(old, decision):
                continue
            if decision.rule and _known(transaction, decision):
                continue  # it was ended at the very moment that it names
            if old is not None:
                end(transaction, old, "replaced", at, {"by": decision.decision_id})
            if decision.rule:
                _keep(transaction, facts, decision, at)
                new.append(decision)
        propose(transaction, decided, at=at)
        return new


def find(transaction: Transaction, decision_id: str) -> tuple[Decision, str]:
    """A decision and its state.

    Raises:
        NotFoundError: There is none of this id.
    """
    asked = select(DECISION.c.body, DECISION.c.state).where(DECISION.c.decision_id == decision_id)
    row = transaction.connection.execute(asked).first()
    if row is None:
        message = f"there is no decision {decision_id!r}"
        raise NotFoundError(message, hint="`stillwatch review list` names those that stand")
    return decision_of(row.body), row.state


def end(
    transaction: Transaction,
    decision: Decision,
    state: str,
    at: datetime,
    body: Mapping[str, object],
) -> None:
    """Let a decision stand no longer, and take back what it did."""
    transaction.connection.execute(
        update(DECISION).where(DECISION.c.decision_id == decision.decision_id).values(state=state)
    )
    take_back(decision, Outbox(transaction))
    transaction.append(
        [
            Entry(
                kind=state,
                at=at,
                decision_id=decision.decision_id,
                account_id=decision.account_id,
                campaign_id=decision.campaign_id,
                body={"action": decision.action, **body},
            )
        ]
    )


def _known(transaction: Transaction, decision: Decision) -> bool:
    asked = select(DECISION.c.state).where(DECISION.c.decision_id == decision.decision_id)
    return transaction.connection.execute(asked).first() is not None


def _keep(transaction: Transaction, facts: Facts, decision: Decision, at: datetime) -> None:
    said = document(decision)
    transaction.connection.execute(
        insert(DECISION).values(
            decision_id=decision.decision_id,
            account_id=decision.account_id,
            campaign_id=decision.campaign_id,
            action=decision.action,
            shadow=decision.shadow,
            state="standing",
            decided_us=to_us(decision.decided_at),
            expires_us=to_us(decision.expires_at),
            body=orjson.dumps(said).decode(),
        )
    )
    carry_out(decision, Outbox(transaction))
    transaction.append(
        [
            Entry(
                kind="decided",
                at=at,
                decision_id=decision.decision_id,
                account_id=decision.account_id,
                campaign_id=decision.campaign_id,
                body={
                    "decision": said,
                    "probability": facts.probability,
                    "doubt": doubt(facts),
                    "campaign_probability": facts.campaign_probability,
                    "families": sorted(facts.families),
                    "affects": affects(facts, decision),
                    "by_people": decision.action in facts.approved,
                },
            )
        ]
    )


def _in_force(connection: Connection, at: datetime) -> dict[str, Decision]:
    asked = select(DECISION.c.body).where(
        DECISION.c.state == "standing", DECISION.c.expires_us > to_us(at)
    )
    found = [decision_of(row.body) for row in connection.execute(asked)]
    return {decision.account_id: decision for decision in found}


def _today(connection: Connection, at: datetime) -> Day:
    since = to_us(at) // _DAY_US * _DAY_US
    earlier = frozenset(
        name
        for name, decision in _in_force(connection, at).items()
        if ACTIONS[decision.effective].affects and to_us(decision.decided_at) < since
    )
    asked = select(LEDGER.c.account_id, LEDGER.c.body).where(
        LEDGER.c.kind == "decided", LEDGER.c.at_us >= since, LEDGER.c.at_us < since + _DAY_US
    )
    day = Day(set(), standing=earlier)
    for row in connection.execute(asked):
        entry = orjson.loads(row.body)
        if entry["affects"] and row.account_id not in day.affected:
            day.affected.add(row.account_id)
            day.honest += entry.get("doubt", 1.0 - entry["probability"])
    return day


def standing(transaction: Transaction) -> dict[str, Decision]:
    """The decisions that have not been ended, by account."""
    asked = select(DECISION.c.body).where(DECISION.c.state == "standing")
    found = [decision_of(row.body) for row in transaction.connection.execute(asked)]
    return {decision.account_id: decision for decision in found}


def _expire(transaction: Transaction, standing: Sequence[Decision], at: datetime) -> int:
    over = [decision for decision in standing if decision.expires_at <= at]
    for decision in over:
        end(transaction, decision, "expired", at, {})
    return len(over)


def _same(old: Decision, new: Decision) -> bool:
    """Whether two decisions say the same; a different policy that says the same is the same."""
    return (old.action, old.rule, old.shadow, dict(old.parameters), old.campaign_id) == (
        new.action,
        new.rule,
        new.shadow,
        dict(new.parameters),
        new.campaign_id,
    )
