"""What stands at one moment: a decision for each account that is known, made ready for look-ups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from stillwatch.pipeline.online.knowledge import NOTHING_KNOWN, Knowledge
from stillwatch.respond.actions import Effect, effect
from stillwatch.respond.decision import NOTHING, Decision
from stillwatch.respond.issue import Ceiling, Day, issue
from stillwatch.respond.policy import Policy

__all__ = ["Ready", "Standing", "stand"]


@dataclass(frozen=True, slots=True)
class Ready:
    """A decision and what it does to a request.

    Attributes:
        decision: What was decided.
        effect: What a gateway does, nothing in shadow.
        expires: `decision.expires_at` in seconds since 1970, for a cheap comparison.
    """

    decision: Decision
    effect: Effect
    expires: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An immutable snapshot: every account with a decision other than that nothing applies.

    Attributes:
        knowledge: What it was decided on.
        decided: By account id.
        policy_version: Of the policy that decided.
        fresh: Decisions that were not standing before, for the record.
    """

    knowledge: Knowledge = NOTHING_KNOWN
    decided: Mapping[str, Ready] = field(default_factory=lambda: MappingProxyType({}))
    policy_version: str = ""
    fresh: tuple[Decision, ...] = ()


def stand(
    knowledge: Knowledge,
    policy: Policy,
    before: Standing,
    *,
    at: datetime,
    day: Day,
    ceiling: Ceiling,
) -> Standing:
    """Decide about every account that is known; a decision that says the same stays as it was.

    Args:
        knowledge: What is known now.
        policy: The policy in force.
        before: What stood until now.
        at: The moment, UTC.
        day: What automation has done today; is updated.
        ceiling: How much that may be.
    """
    found: dict[str, Ready] = {}
    fresh: list[Decision] = []
    issued = issue(policy, knowledge.accounts.values(), at=at, day=day, ceiling=ceiling)
    for facts, decision in issued:
        if decision.reason_code == NOTHING and not decision.held_back:
            continue
        old = before.decided.get(facts.account_id)
        if old is not None and _same(old.decision, decision) and old.decision.expires_at > at:
            found[facts.account_id] = old
            continue
        fresh.append(decision)
        found[facts.account_id] = Ready(decision, effect(decision), decision.expires_at.timestamp())
    return Standing(
        knowledge=knowledge,
        decided=found,
        policy_version=policy.version,
        fresh=tuple(fresh),
    )


def _same(one: Decision, other: Decision) -> bool:
    return (one.rule, one.action, one.shadow, one.campaign_id, one.policy_version) == (
        other.rule,
        other.action,
        other.shadow,
        other.campaign_id,
        other.policy_version,
    )
