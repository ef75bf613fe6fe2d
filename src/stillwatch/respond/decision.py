"""A decision: what is done about one account, why, under which rule, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

__all__ = ["NOTHING", "OBSERVE", "REASONS", "Decision", "HeldBack", "Value"]

Value = int | float | str
OBSERVE = "observe"
NOTHING = "nothing_found"
REASONS: Mapping[str, str] = MappingProxyType(
    {
        NOTHING: "no rule of the policy applies",
        "coordinated_use": "many accounts are used as one to collect training data",
        "reasoning_block_misuse": "protected reasoning was presented where it was not issued",
        "known_indicator": "a trace of a campaign that is known already",
        "key_may_be_stolen": "somebody other than the owner seems to use the account",
        "under_review": "people are looking at the account",
    }
)
"""Reason codes with their meaning; programs read the code, so a code never changes its meaning."""
_NO_PARAMETERS: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """A rule that applied and that a guardrail did not let through.

    Attributes:
        rule: Name of the rule.
        action: What it would have done.
        guardrail: Name of the guardrail (respond.guardrails).
        shadow: The rule is in shadow, so it would not have been carried out anyway.
    """

    rule: str
    action: str
    guardrail: str
    shadow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is done about one account until `expires_at`.

    Attributes:
        decision_id: The same facts, policy and moment give the same id.
        account_id: Whom it is about.
        campaign_id: The campaign that the account is thought to serve, or None.
        action: One of respond.actions.LADDER.
        reason_code: One of REASONS.
        customer_sentence: What the customer may be told; no number, no method, no other account.
        policy_version: Declared version and content digest of the policy.
        rule: Name of the rule that decided, or an empty string where none applies.
        shadow: The action is recorded and is not carried out.
        decided_at: When, UTC.
        expires_at: From when it counts no longer, UTC.
        retry_after: How long the customer should wait, where waiting helps; a gateway may set it.
        evidence: What it rests on: `campaign_id/detector`.
        parameters: What the rule says about how to carry out the action.
        shadow_rule: The first rule that applies and does not enforce, where another one decided.
        shadow_action: What that rule would have done.
        held_back: Rules that applied and that a guardrail did not let through, in their order.
    """

    decision_id: str
    account_id: str
    campaign_id: str | None
    action: str
    reason_code: str
    customer_sentence: str
    policy_version: str
    rule: str
    shadow: bool
    decided_at: datetime
    expires_at: datetime
    retry_after: timedelta | None = None
    evidence: tuple[str, ...] = ()
    parameters: Mapping[str, Value] = field(default_factory=lambda: _NO_PARAMETERS)
    shadow_rule: str | None = None
    shadow_action: str | None = None
    held_back: tuple[HeldBack, ...] = ()

    @property
    def effective(self) -> str:
        """The action that is carried out: in shadow, nothing but looking on."""
        return OBSERVE if self.shadow else self.action
