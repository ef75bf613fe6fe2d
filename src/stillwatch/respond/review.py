"""People in control: they approve, reject, hear appeals, undo, and clear accounts.

Every step needs a reason, and is written into the ledger with who took it. Nobody decides twice,
nobody decides about what they asked for, and an appeal is heard by somebody else.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from stillwatch.errors import NotFoundError, ReviewError
from stillwatch.respond.clearances import clearances, spare
from stillwatch.respond.decision import Decision
from stillwatch.respond.ledger import Entry, Ledger, Transaction
from stillwatch.respond.proposals import VOTING, Proposal, add, close, lapse, proposals
from stillwatch.respond.register import end, find, standing
from stillwatch.store import to_us
from stillwatch.store.tables import VOTE

__all__ = ["APPROVAL", "CLEARED", "REASON", "Review"]

APPROVAL = timedelta(days=30)
"""How long an approval counts."""
CLEARED = timedelta(days=90)
"""How long an account is cleared, unless said otherwise."""
REASON = 10
"""Letters of the shortest reason."""
_LEAST_SPARED = timedelta(days=1)


class Review:
    """What people do with decisions, on one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def waiting(self, *, at: datetime) -> list[Proposal]:
        """What can be decided now, oldest first."""
        with self.ledger.readers.connect() as connection:
            found = proposals(connection, "open")
        return [each for each in found if each.expires_at > at]

    def approved(self, *, at: datetime) -> dict[str, frozenset[str]]:
        """By account, the actions against it that people approved and that count."""
        found: dict[str, set[str]] = defaultdict(set)
        with self.ledger.readers.connect() as connection:
            spared = {each.account_id for each in clearances(connection, at=at)}
            for each in proposals(connection, "approved"):
                if each.kind == "action" and each.expires_at > at:
                    for account in set(each.accounts) - spared:
                        found[account].add(each.action)
        return {account: frozenset(actions) for account, actions in found.items()}

    def vote(
        self, proposal_id: str, *, person: str, approve: bool, why: str, at: datetime
    ) -> Proposal:
        """One person's vote; returns the proposal as it stands after it.

        One rejection is enough; approval needs as many people as the proposal says.

        Raises:
            NotFoundError: There is no such proposal.
            ReviewError: This person may not decide it, or it can be decided no longer.
        """
        who, reason = _who(person), _reason(why)
        with self.ledger.transaction() as transaction:
            lapse(transaction, at=at)
            proposal = _votable(transaction, proposal_id, who)
            transaction.connection.execute(
                insert(VOTE).values(
                    proposal_id=proposal_id,
                    person=who,
                    verdict="approve" if approve else "reject",
                    rationale=reason,
                    at_us=to_us(at),
                )
            )
            said = {"person": who, "rationale": reason}
            voters = [name for name, verdict in _votes(transaction, proposal_id) if verdict]
            if not approve:
                close(transaction, proposal, "rejected", at, said)
            elif len(voters) < proposal.people:
                transaction.append([_vote_entry(proposal, said, at)])
            else:
                _approve(transaction, proposal, {**said, "approved_by": voters}, at)
            return _one(transaction, proposal_id)

    def appeal(self, decision_id: str, *, person: str, said: str, at: datetime) -> Proposal:
        """Take up a customer's appeal against a decision.

        Raises:
            NotFoundError: There is no such decision.
            ReviewError: It does not stand, is in shadow, or is appealed already.
        """
        who, text = _who(person), _reason(said)
        with self.ledger.transaction() as transaction:
            decision, state = find(transaction, decision_id)
            _standing_only(decision, state)
            open_ones = proposals(transaction.connection, "open")
            if any(p.kind == "appeal" and p.decision_id == decision_id for p in open_ones):
                message = f"an appeal against {decision_id!r} is open already"
                raise ReviewError(message, hint="`stillwatch review list` names it")
            proposal = Proposal(
                proposal_id=f"p-{secrets.token_hex(6)}", kind="appeal",
                campaign_id=decision.campaign_id, decision_id=decision_id, action=decision.action,
                rule=decision.rule, accounts=(decision.account_id,), people=1, state="open",
                asked_by=who, asked_at=at, expires_at=at + VOTING,
                body={"said": text, "evidence": list(decision.evidence)},
            )  # fmt: skip
            add(transaction, proposal)
            return proposal

    def undo(self, decision_id: str, *, person: str, why: str, at: datetime) -> Decision:
        """Take a decision back; automation leaves the account alone until it would have ended.

        Raises:
            NotFoundError: There is no such decision.
            ReviewError: It does not stand.
        """
        who, reason = _who(person), _reason(why)
        with self.ledger.transaction() as transaction:
            decision, state = find(transaction, decision_id)
            _standing_only(decision, state)
            _undo(transaction, decision, at, {"person": who, "rationale": reason})
            return decision

    def clear(
        self, account_id: str, *, person: str, why: str, at: datetime, lasts: timedelta = CLEARED
    ) -> list[Proposal]:
        """Say that an account is honest, for a time.

        Its decisions are undone and automation leaves it alone. What people were asked or had
        approved about its campaigns is withdrawn, because the account was part of the evidence:
        those are returned, and are asked again once the others have been judged without it
        (`pipeline.rescore`, or the next run).

        Raises:
            ReviewError: No reason is given, or the time is none.
        """
        who, reason = _who(person), _reason(why)
        if lasts <= timedelta(0):
            message = "an account cannot be cleared for no time"
            raise ReviewError(message, hint="give a duration such as 90d")
        with self.ledger.transaction() as transaction:
            spare(
                transaction.connection, account_id, person=who, why=reason, at=at,
                until=at + lasts, honest=True,
            )  # fmt: skip
            said = {"person": who, "rationale": reason}
            until = {"expires_us": to_us(at + lasts)}
            entry = Entry(kind="cleared", at=at, account_id=account_id, body={**said, **until})
            transaction.append([entry])
            mine = standing(transaction).get(account_id)
            if mine is not None:
                end(transaction, mine, "undone", at, said)
            about = [
                p
                for p in proposals(transaction.connection, "open", "approved")
                if account_id in p.accounts
            ]
            for each in about:
                close(transaction, each, "withdrawn", at, {"cleared": account_id, **said})
            return about


def _approve(
    transaction: Transaction, proposal: Proposal, said: dict[str, object], at: datetime
) -> None:
    close(transaction, proposal, "approved", at, said, expires_at=at + APPROVAL)
    if proposal.kind == "appeal" and proposal.decision_id is not None:
        decision, state = find(transaction, proposal.decision_id)
        if state == "standing":
            _undo(transaction, decision, at, {"appeal": proposal.proposal_id, **said})


def _undo(
    transaction: Transaction, decision: Decision, at: datetime, said: dict[str, object]
) -> None:
    until = max(decision.expires_at, at + _LEAST_SPARED)
    spare(
        transaction.connection, decision.account_id, person=str(said["person"]),
        why=str(said["rationale"]), at=at, until=until, honest=False,
    )  # fmt: skip
    end(transaction, decision, "undone", at, said)


def _votable(transaction: Transaction, proposal_id: str, who: str) -> Proposal:
    proposal = _one(transaction, proposal_id)
    if proposal.state != "open":
        message = f"proposal {proposal_id!r} is {proposal.state}"
        raise ReviewError(message, hint="`stillwatch review list` names what can be decided")
    if who == proposal.asked_by:
        message = f"{who!r} asked for {proposal_id!r} and cannot decide it"
        raise ReviewError(message, hint="a second person must")
    if who in {name for name, _ in _votes(transaction, proposal_id)}:
        message = f"{who!r} has decided about {proposal_id!r} already"
        raise ReviewError(message, hint="a second person must")
    if proposal.kind == "appeal" and who in _responsible(transaction, proposal):
        message = f"{who!r} approved what {proposal_id!r} appeals against"
        raise ReviewError(message, hint="an appeal is heard by somebody else")
    return proposal


def _responsible(transaction: Transaction, appeal: Proposal) -> set[str]:
    """Who voted for the action that an appeal is about."""
    return {
        name
        for each in proposals(transaction.connection, "approved", "lapsed", "withdrawn")
        if each.kind == "action"
        and each.action == appeal.action
        and set(appeal.accounts) <= set(each.accounts)
        for name, verdict in _votes(transaction, each.proposal_id)
        if verdict
    }


def _votes(transaction: Transaction, proposal_id: str) -> list[tuple[str, bool]]:
    asked = select(VOTE.c.person, VOTE.c.verdict).where(VOTE.c.proposal_id == proposal_id)
    rows = transaction.connection.execute(asked.order_by(VOTE.c.at_us, VOTE.c.person))
    return [(row.person, row.verdict == "approve") for row in rows]


def _one(transaction: Transaction, proposal_id: str) -> Proposal:
    for each in proposals(transaction.connection):
        if each.proposal_id == proposal_id:
            return each
    message = f"there is no proposal {proposal_id!r}"
    raise NotFoundError(message, hint="`stillwatch review list` names what can be decided")


def _vote_entry(proposal: Proposal, said: dict[str, str], at: datetime) -> Entry:
    body = {"proposal_id": proposal.proposal_id, "still_needed": True, **said}
    return Entry(kind="approved", at=at, campaign_id=proposal.campaign_id, body=body)


def _standing_only(decision: Decision, state: str) -> None:
    if state != "standing":
        message = f"decision {decision.decision_id!r} is {state} already"
        raise ReviewError(message, hint="nothing is left to undo")
    if decision.shadow:
        message = f"decision {decision.decision_id!r} is in shadow: nothing was done"
        raise ReviewError(message, hint="to have the account left alone, clear it")


def _who(person: str) -> str:
    name = " ".join(person.split()).casefold()
    if not name or name == "policy":
        message = f"{person!r} is no name of a person"
        raise ReviewError(message, hint="say who decides")
    return name


def _reason(why: str) -> str:
    text = " ".join(why.split())
    if len(text) < REASON:
        message = f"the reason {text!r} is too short"
        raise ReviewError(message, hint=f"write at least {REASON} letters: others will read it")
    return text
