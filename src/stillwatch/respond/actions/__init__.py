"""What can be done, from the mildest to the most severe; one action a file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from stillwatch.respond.actions import (
    cap_tokens,
    delay,
    hold,
    notify_owner,
    observe,
    protect_output,
    quota,
    suspend,
    tag,
    verify,
)
from stillwatch.respond.actions.base import Action, Effect, Means, Parameter
from stillwatch.respond.decision import Decision

__all__ = ["ACTIONS", "LADDER", "Action", "Effect", "Means", "Parameter", "effect", "severity"]

ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        unit.ACTION.name: unit.ACTION
        for unit in (
            observe,
            notify_owner,
            tag,
            protect_output,
            cap_tokens,
            delay,
            quota,
            verify,
            hold,
            suspend,
        )
    }
)
"""By name, in the order of the ladder."""
LADDER = tuple(ACTIONS)
"""Names from the mildest to the most severe."""
_SEVERITY = {name: place for place, name in enumerate(LADDER)}


def severity(action: str) -> int:
    """The rung of an action, 0 for the mildest."""
    return _SEVERITY[action]


def effect(decision: Decision) -> Effect:
    """What a gateway does to a request under this decision; nothing, while it is in shadow."""
    return Effect() if decision.shadow else ACTIONS[decision.action].effect(decision)
