"""What waits for people: actions that a guardrail held back, and appeals."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import orjson
from sqlalchemy import Connection, Row, insert, select, update

from stillwatch.respond.decision import Decision
from stillwatch.respond.facts import Facts
from stillwatch.respond.ledger import Entry, Transaction
from stillwatch.store import from_us, to_us
from stillwatch.store.tables import PROPOSAL

__all__ = ["PEOPLE", "VOTING", "Proposal", "add", "close", "lapse", "proposals", "propose"]

PEOPLE: Mapping[str, int] = MappingProxyType({"two_people": 2, "ceiling": 1})
"""How many people must agree to what each guardrail held back; others are not asked about."""
VOTING = timedelta(days=7)
"""How long a proposal waits, and how long a rejected one is not asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Something that people are asked to decide.

    Attributes:
        kind: `action`, or `appeal` against `decision_id`.
        accounts: Whom it is about, a campaign's all at once.
        people: How many must agree.
        state: Open, approved, rejected, lapsed or withdrawn.
        asked_by: `policy`, or the person.
        expires_at: Until when it can be decided; once approved, until when the approval counts.
        body: What to know: evidence, honest accounts expected, what an appeal says.
    """

    proposal_id: str
    kind: str
    campaign_id: str | None
    decision_id: str | None
    action: str
    rule: str
    accounts: tuple[str, ...]
    people: int
    state: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    body: dict[str, Any]


def proposals(connection: Connection, *states: str) -> list[Proposal]:
    """Proposals in these states, oldest first; all, where none is named."""
    asked = select(PROPOSAL).order_by(PROPOSAL.c.asked_us, PROPOSAL.c.proposal_id)
    if states:
        asked = asked.where(PROPOSAL.c.state.in_(states))
    return [_proposal(row) for row in connection.execute(asked)]


def add(transaction: Transaction, proposal: Proposal) -> None:
    """Ask people."""
    transaction.connection.execute(
        insert(PROPOSAL).values(
            proposal_id=proposal.proposal_id,
            kind=proposal.kind,
            campaign_id=proposal.campaign_id,
            decision_id=proposal.decision_id,
            action=proposal.action,
            rule=proposal.rule,
            accounts=orjson.dumps(proposal.accounts).decode(),
            people=proposal.people,
            state=proposal.state,
            asked_by=proposal.asked_by,
            asked_us=to_us(proposal.asked_at),
            expires_us=to_us(proposal.expires_at),
            body=orjson.dumps(proposal.body).decode(),
        )
    )
    kind = "appealed" if proposal.kind == "appeal" else "proposed"
    transaction.append([_entry(proposal, kind, proposal.asked_at, {**proposal.body})])


def close(
    transaction: Transaction,
    proposal: Proposal,
    state: str,
    at: datetime,
    body: dict[str, Any],
    *,
    expires_at: datetime | None = None,
) -> None:
    """Bring a proposal to its end, or to its approval until `expires_at`."""
    until = proposal.expires_at if expires_at is None else expires_at
    transaction.connection.execute(
        update(PROPOSAL)
        .where(PROPOSAL.c.proposal_id == proposal.proposal_id)
        .values(state=state, expires_us=to_us(until))
    )
    transaction.append([_entry(proposal, state, at, body)])


def lapse(transaction: Transaction, *, at: datetime) -> None:
    """End the proposals and approvals whose time is over."""
    for each in proposals(transaction.connection, "open", "approved"):
        if each.expires_at <= at:
            close(transaction, each, "lapsed", at, {"was": each.state})


def propose(
    transaction: Transaction, decided: Sequence[tuple[Facts, Decision]], *, at: datetime
) -> list[Proposal]:
    """Ask people about what guardrails held back, a campaign and action at once.

    Rules in shadow ask nobody. What is open or approved with the same accounts, or was rejected a
    short while ago, is not asked again; an open one about other accounts is asked anew, since its
    votes were about less.
    """
    lapse(transaction, at=at)
    known = proposals(transaction.connection, "open", "approved", "rejected")
    asked = []
    for (campaign, action, rule), waiting in _waiting(decided).items():
        names = {facts.account_id for facts, _ in waiting}
        mine = [p for p in known if p.kind == "action" and _about(p) == (campaign, action)]
        now = [p for p in mine if p.state != "rejected" or p.asked_at > at - VOTING]
        if any(names <= set(p.accounts) for p in now):
            continue
        for old in (p for p in now if p.state == "open"):
            close(transaction, old, "withdrawn", at, {"why": "asked anew with other accounts"})
        proposal = _asked(campaign, action, rule, waiting, at)
        add(transaction, proposal)
        asked.append(proposal)
    return asked


def _waiting(
    decided: Iterable[tuple[Facts, Decision]],
) -> dict[tuple[str, str, str], list[tuple[Facts, str]]]:
    """Facts with the guardrail, by campaign (or account), action and rule."""
    found: dict[tuple[str, str, str], list[tuple[Facts, str]]] = defaultdict(list)
    for facts, decision in decided:
        back = next((b for b in decision.held_back if not b.shadow), None)
        if back is not None and back.guardrail in PEOPLE:
            about = facts.campaign_id or facts.account_id
            found[about, back.action, back.rule].append((facts, back.guardrail))
    return found


def _about(proposal: Proposal) -> tuple[str, str]:
    return proposal.campaign_id or proposal.accounts[0], proposal.action


def _asked(
    campaign: str, action: str, rule: str, waiting: Sequence[tuple[Facts, str]], at: datetime
) -> Proposal:
    every = [facts for facts, _ in waiting]
    return Proposal(
        proposal_id=f"p-{secrets.token_hex(6)}",
        kind="action",
        campaign_id=campaign if every[0].campaign_id else None,
        decision_id=None,
        action=action,
        rule=rule,
        accounts=tuple(sorted(facts.account_id for facts in every)),
        people=max(PEOPLE[guardrail] for _, guardrail in waiting),
        state="open",
        asked_by="policy",
        asked_at=at,
        expires_at=at + VOTING,
        body={
            "honest_expected": sum(1.0 - facts.probability for facts in every),
            "campaign_probability": every[0].campaign_probability,
            "evidence": sorted({each for facts in every for each in facts.evidence}),
        },
    )


def _entry(proposal: Proposal, kind: str, at: datetime, body: dict[str, Any]) -> Entry:
    return Entry(
        kind=kind,
        at=at,
        decision_id=proposal.decision_id,
        account_id=proposal.accounts[0] if len(proposal.accounts) == 1 else None,
        campaign_id=proposal.campaign_id,
        body={
            "proposal_id": proposal.proposal_id,
            "kind": proposal.kind,
            "action": proposal.action,
            "accounts": list(proposal.accounts),
            **body,
        },
    )


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        proposal_id=row.proposal_id,
        kind=row.kind,
        campaign_id=row.campaign_id,
        decision_id=row.decision_id,
        action=row.action,
        rule=row.rule,
        accounts=tuple(orjson.loads(row.accounts)),
        people=row.people,
        state=row.state,
        asked_by=row.asked_by,
        asked_at=from_us(row.asked_us),
        expires_at=from_us(row.expires_us),
        body=orjson.loads(row.body),
    )
