"""A compiled rule: conditions, an action with its parameters, how long, and whether it enforces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from stillwatch.respond.actions import ACTIONS, Action
from stillwatch.respond.decision import Value
from stillwatch.respond.facts import Facts
from stillwatch.respond.policy.conditions import CONDITIONS, Wanted, holds

__all__ = ["Rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a policy, valid as it stands.

    Attributes:
        name: Unique in its policy.
        when: Wanted values by the name of the condition; all must hold.
        then: Name of the action.
        parameters: Every parameter of the action.
        lasts: From a decision to its expiry.
        enforce: Carried out; otherwise in shadow.
        reason: Reason code.
        message: What the customer may be told.
        line: Where it stands in its file, from 1.
    """

    name: str
    when: Mapping[str, Wanted]
    then: str
    parameters: Mapping[str, Value]
    lasts: timedelta
    enforce: bool
    reason: str
    message: str
    line: int = 0

    @property
    def action(self) -> Action:
        """The action itself."""
        return ACTIONS[self.then]

    def applies(self, facts: Facts) -> bool:
        """Whether all conditions hold; a victim is met only by rules that say `victim: true`."""
        if facts.victim and "victim" not in self.when:
            return False
        return all(holds(CONDITIONS[name], wanted, facts) for name, wanted in self.when.items())
