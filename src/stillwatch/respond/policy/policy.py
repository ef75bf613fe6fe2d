"""A policy: rules in order, the first that applies decides, guardrails hold back what they must.

A pure function of facts and a moment, and monotone: whoever is more suspect is never treated more
mildly (`respond.policy.order` refuses policies for which that does not hold).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from types import MappingProxyType

from stillwatch.respond.actions import ACTIONS
from stillwatch.respond.decision import NOTHING, OBSERVE, Decision, HeldBack, Value
from stillwatch.respond.facts import Facts
from stillwatch.respond.guardrails import held_back
from stillwatch.respond.policy.rule import Rule

__all__ = ["Policy"]

_NONE: Mapping[str, Value] = MappingProxyType({})
_UNTIL_NEXT_LOOK = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A compiled policy.

    Attributes:
        name: The file it came from.
        declared: The version that its author gave it.
        digest: Of what it says, whatever the order of keys, comments and layout.
        rules: In order.
    """

    name: str
    declared: str
    digest: str
    rules: tuple[Rule, ...] = field(default=())

    @property
    def version(self) -> str:
        """Declared version and digest; what a decision cites."""
        return f"{self.declared}+{self.digest}"

    def decide(self, facts: Facts, *, at: datetime, room: bool = True) -> Decision:
        """What to do about one account.

        A rule in shadow never changes what is done: the first rule that enforces decides, and the
        decision names the rule in shadow that came before it. Without any that enforces, the first
        in shadow decides, in shadow.

        Args:
            facts: The account.
            at: The moment, UTC.
            room: Whether a further account may be affected today (`respond.issue`).
        """
        back: list[HeldBack] = []
        shadow: Rule | None = None
        for rule in self.rules:
            if (shadow is not None and not rule.enforce) or not rule.applies(facts):
                continue
            guardrail = held_back(rule.action, facts, room=room)
            if guardrail is not None:
                held = HeldBack(
                    rule=rule.name, action=rule.then, guardrail=guardrail, shadow=not rule.enforce
                )
                back.append(held)
            elif rule.enforce:
                return self._decision(facts, rule, at, shadow, tuple(back))
            else:
                shadow = rule
        return self._decision(facts, shadow, at, None, tuple(back))

    def _decision(
        self,
        facts: Facts,
        rule: Rule | None,
        at: datetime,
        shadow: Rule | None,
        back: tuple[HeldBack, ...],
    ) -> Decision:
        then = OBSERVE if rule is None else rule.then
        named = "" if rule is None else rule.name
        return Decision(
            decision_id=_identity(self.version, facts, named, at),
            account_id=facts.account_id,
            campaign_id=facts.campaign_id,
            action=then,
            reason_code=NOTHING if rule is None else rule.reason,
            customer_sentence=ACTIONS[OBSERVE].sentence if rule is None else rule.message,
            policy_version=self.version,
            rule=named,
            shadow=rule is not None and not rule.enforce,
            decided_at=at,
            expires_at=at + (_UNTIL_NEXT_LOOK if rule is None else rule.lasts),
            evidence=facts.evidence,
            parameters=_NONE if rule is None else rule.parameters,
            shadow_rule=shadow.name if shadow else None,
            shadow_action=shadow.then if shadow else None,
            held_back=back,
        )


def _identity(version: str, facts: Facts, rule: str, at: datetime) -> str:
    parts = (version, facts.account_id, facts.campaign_id or "", rule, at.isoformat())
    text = "".join(f"{len(part)}:{part}" for part in parts)  # no two lists of parts read the same
    return f"d-{blake2b(text.encode(), digest_size=12).hexdigest()}"
