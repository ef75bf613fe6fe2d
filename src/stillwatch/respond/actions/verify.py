"""Ask the customer to show who they are; the operator's own system does the asking."""

from __future__ import annotations

from stillwatch.respond.actions.base import Action, Effect, Means, Parameter
from stillwatch.respond.decision import Decision

__all__ = ["ACTION"]


def _effect(_decision: Decision) -> Effect:
    return Effect(reasoning="summary", tags=("verification-asked",))


def _carry_out(decision: Decision, means: Means) -> None:
    means.send("verify", decision)


def _undo(decision: Decision, means: Means) -> None:
    means.send("verify.undone", decision)


ACTION = Action(
    name="verify",
    meaning="The customer is asked for verification; service goes on, reasoning is summarised.",
    affects=True,
    sentence="Please verify this account; until then reasoning is shown in a shorter form.",
    undone="The request for verification is withdrawn.",
    parameters={
        "level": Parameter(
            meaning="verification asked for: 2 phone or payment, 3 documents or contract",
            kind="integer",
            default=2,
            least=1,
            most=3,
        )
    },
    effect=_effect,
    carry_out=_carry_out,
    undo=_undo,
)
