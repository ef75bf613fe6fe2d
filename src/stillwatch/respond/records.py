"""Decisions as the database and the ledger keep them: JSON, and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson

from stillwatch.respond.decision import Decision, HeldBack
from stillwatch.store import from_us, to_us

__all__ = ["decision_of", "document"]


def document(decision: Decision) -> dict[str, Any]:
    """A decision as JSON-able values; moments are microseconds since 1970."""
    return {
        "decision_id": decision.decision_id,
        "account_id": decision.account_id,
        "campaign_id": decision.campaign_id,
        "action": decision.action,
        "reason_code": decision.reason_code,
        "customer_sentence": decision.customer_sentence,
        "policy_version": decision.policy_version,
        "rule": decision.rule,
        "shadow": decision.shadow,
        "decided_us": to_us(decision.decided_at),
        "expires_us": to_us(decision.expires_at),
        "retry_after_s": None
        if decision.retry_after is None
        else decision.retry_after.total_seconds(),
        "evidence": list(decision.evidence),
        "parameters": dict(decision.parameters),
        "shadow_rule": decision.shadow_rule,
        "shadow_action": decision.shadow_action,
        "held_back": [
            {"rule": b.rule, "action": b.action, "guardrail": b.guardrail, "shadow": b.shadow}
            for b in decision.held_back
        ],
    }


def decision_of(text: str) -> Decision:
    """The decision of a JSON text that `document` gave."""
    given: dict[str, Any] = orjson.loads(text)
    wait = given.pop("retry_after_s")
    return Decision(
        decided_at=from_us(given.pop("decided_us")),
        expires_at=from_us(given.pop("expires_us")),
        retry_after=None if wait is None else timedelta(seconds=wait),
        evidence=tuple(given.pop("evidence")),
        held_back=tuple(HeldBack(**each) for each in given.pop("held_back")),
        **given,
    )
