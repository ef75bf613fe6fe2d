"""What stands at one moment: a decision for each account that is known, made ready for look-ups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from stillwatch.pipeline.online.knowledge import Knowledge
from stillwatch.respond.actions import Effect, effect
from stillwatch.respond.decision import NOTHING, Decision
from stillwatch.respond.issue import Ceiling, Day, issue
from stillwatch.respond.policy import Policy
from stillwatch.respond.quota import quota_key

__all__ = ["Ready", "Standing", "decided_on"]


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
    """An immutable snapshot.

    Attributes:
        decided: By account id; an account that is not here is decided nothing about.
        quotas: Whose shared quotas (respond.quota.quota_key) these decisions draw on.
    """

    decided: Mapping[str, Ready] = field(default_factory=lambda: MappingProxyType({}))
    quotas: frozenset[str] = frozenset()

    @staticmethod
    def of(decisions: Iterable[Decision]) -> Standing:
        """These decisions stand."""
        ready = [Ready(d, effect(d), d.expires_at.timestamp()) for d in decisions]
        return Standing(
            decided={each.decision.account_id: each for each in ready},
            quotas=frozenset(
                quota_key(each.decision)
                for each in ready
                if each.effect.requests_per_minute is not None
            ),
        )


def decided_on(
    knowledge: Knowledge,
    policy: Policy,
    before: Standing,
    *,
    at: datetime,
    day: Day,
    ceiling: Ceiling,
) -> list[Decision]:
    """Decisions about every account that is known; one that says the same stays as it was.

    This is for a guard without a database; with one, `pipeline.respond` decides and keeps.

    Args:
        knowledge: What is known now.
        policy: The policy in force.
        before: What stood until now.
        at: The moment, UTC.
        day: What automation has done today; is updated.
        ceiling: How much that may be.
    """
    found: list[Decision] = []
    issued = issue(policy, knowledge.accounts.values(), at=at, day=day, ceiling=ceiling)
    for facts, decision in issued:
        if decision.reason_code == NOTHING and not decision.held_back:
            continue
        old = before.decided.get(facts.account_id)
        stays = old is not None and _same(old.decision, decision) and old.decision.expires_at > at
        found.append(old.decision if old is not None and stays else decision)
    return found


def _same(one: Decision, other: Decision) -> bool:
    return (one.rule, one.action, one.shadow, one.campaign_id, one.policy_version) == (
        other.rule,
        other.action,
        other.shadow,
        other.campaign_id,
        other.policy_version,
    )
