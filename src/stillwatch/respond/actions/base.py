"""What an action is: what it does to requests, whom it tells, and how it is undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Protocol

from stillwatch.respond.decision import Decision, Value

__all__ = ["Action", "Effect", "Means", "Parameter", "no_effect", "nothing_to_do"]

Reasoning = Literal["full", "summary", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a gateway does to a request and its answer.

    Attributes:
        status: HTTP status to refuse with, or None to let the request through.
        reasoning: How much of the model's reasoning the answer shows.
        max_output_tokens: Cap on the answer, or None.
        delay: Wait before the request goes on.
        requests_per_minute: What the whole campaign may ask together, or None for no quota.
        burst: Requests that may come at once under that quota.
        tags: Words that the request's records carry from here on.
    """

    status: int | None = None
    reasoning: Reasoning = "full"
    max_output_tokens: int | None = None
    delay: timedelta = timedelta(0)
    requests_per_minute: float | None = None
    burst: int = 1
    tags: tuple[str, ...] = ()


class Means(Protocol):
    """What an action may use to reach beyond the request."""

    def send(self, event: str, decision: Decision) -> None:
        """Tell the operator's own systems; the same event of a decision counts once."""

    def release(self, decision: Decision) -> None:
        """Forget the campaign's quota."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A key that a rule may set for an action.

    Attributes:
        kind: `integer`, `number` or `word`.
        default: What holds where the rule is silent; None where the rule must say it.
        least: Smallest number allowed.
        most: Largest number allowed.
        words: Words allowed; any, where empty.
    """

    meaning: str
    kind: Literal["integer", "number", "word"]
    unit: str = ""
    default: Value | None = None
    least: float | None = None
    most: float | None = None
    words: tuple[str, ...] = ()


def no_effect(_decision: Decision) -> Effect:
    """Requests pass as they are."""
    return Effect()


def nothing_to_do(_decision: Decision, _means: Means) -> None:
    """Nothing beyond the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One rung of the ladder.

    Attributes:
        name: As a policy says it.
        meaning: What it does, one sentence.
        affects: The customer notices it; the ceilings count it, and grants are out of its reach.
        ends_service: It ends service for a time or for good; two people must agree.
        reason: Reason code where the rule names none.
        sentence: What the customer is told where the rule has no message.
        undone: What undoing it does, one sentence.
        effect: What a gateway does to each request.
        carry_out: What is done once, when the decision is made.
        undo: What is done once, when the decision is undone or expires; safe to repeat.
    """

    name: str
    meaning: str
    affects: bool
    sentence: str
    undone: str
    ends_service: bool = False
    reason: str = "coordinated_use"
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    effect: Callable[[Decision], Effect] = no_effect
    carry_out: Callable[[Decision, Means], None] = nothing_to_do
    undo: Callable[[Decision, Means], None] = nothing_to_do
