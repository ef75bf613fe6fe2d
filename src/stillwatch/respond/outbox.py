"""Messages that leave with a decision: kept in the same transaction, sent until they arrive."""

from __future__ import annotations

import orjson
from sqlalchemy import func, insert, select

from stillwatch.respond.actions import ACTIONS
from stillwatch.respond.decision import Decision
from stillwatch.respond.ledger import Transaction
from stillwatch.respond.quota import quota_key
from stillwatch.store import to_us
from stillwatch.store.tables import OUTBOX

__all__ = ["Outbox", "carry_out", "message", "take_back"]


class Outbox:
    """The means (respond.actions.Means) by which actions reach beyond a request.

    Args:
        transaction: The one that keeps the decision.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._released = transaction.released

    def send(self, event: str, decision: Decision) -> None:
        """Put a message into the outbox, once for each event of a decision."""
        identity = f"{decision.decision_id}.{event}"
        known = select(OUTBOX.c.event_id).where(OUTBOX.c.event_id == identity)
        if self._connection.execute(known).first() is None:
            last = self._connection.execute(select(func.max(OUTBOX.c.place))).scalar()
            self._connection.execute(
                insert(OUTBOX).values(
                    event_id=identity,
                    place=(last or 0) + 1,
                    account_id=decision.account_id,
                    event=event,
                    decision_id=decision.decision_id,
                    body=message(identity, event, decision),
                    attempts=0,
                    due_us=to_us(decision.decided_at),
                    state="waiting",
                    told="",
                )
            )

    def release(self, decision: Decision) -> None:
        """Remember that a campaign's quota is to be forgotten."""
        self._released.add(quota_key(decision))


def message(identity: str, event: str, decision: Decision) -> str:
    """What the operator's own system is sent: what it needs to act, and nothing it does not."""
    body = {
        "event_id": identity,
        "event": event,
        "decision_id": decision.decision_id,
        "account_id": decision.account_id,
        "campaign_id": decision.campaign_id,
        "action": decision.action,
        "parameters": dict(decision.parameters),
        "reason_code": decision.reason_code,
        "customer_sentence": decision.customer_sentence,
        "policy_version": decision.policy_version,
        "decided_at": decision.decided_at.isoformat(),
        "expires_at": decision.expires_at.isoformat(),
    }
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()


def carry_out(decision: Decision, outbox: Outbox) -> None:
    """What is done once when a decision is made; nothing while it is in shadow."""
    if not decision.shadow:
        ACTIONS[decision.action].carry_out(decision, outbox)


def take_back(decision: Decision, outbox: Outbox) -> None:
    """What is done once when a decision no longer stands."""
    if not decision.shadow:
        ACTIONS[decision.action].undo(decision, outbox)
