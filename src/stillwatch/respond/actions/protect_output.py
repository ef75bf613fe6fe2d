"""Show a summary of the reasoning instead of the reasoning."""

from __future__ import annotations

from typing import cast

from stillwatch.respond.actions.base import Action, Effect, Parameter, Reasoning
from stillwatch.respond.decision import Decision

__all__ = ["ACTION"]


def _effect(decision: Decision) -> Effect:
    return Effect(reasoning=cast("Reasoning", decision.parameters["reasoning"]))


ACTION = Action(
    name="protect_output",
    meaning="Answers show a summary of the model's reasoning, or none; the answers stay whole.",
    affects=True,
    sentence="Reasoning is shown in a shorter form on this account.",
    undone="Answers show reasoning as before.",
    parameters={
        "reasoning": Parameter(
            meaning="how much reasoning is shown",
            kind="word",
            default="summary",
            words=("summary", "none"),
        )
    },
    effect=_effect,
)
