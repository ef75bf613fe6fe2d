"""Shorten answers."""

from __future__ import annotations

from stillwatch.respond.actions.base import Action, Effect, Parameter
from stillwatch.respond.decision import Decision

__all__ = ["ACTION"]


def _effect(decision: Decision) -> Effect:
    return Effect(max_output_tokens=int(decision.parameters["output_tokens"]), reasoning="summary")


ACTION = Action(
    name="cap_tokens",
    meaning="Answers are at most so long, and reasoning is shown as a summary.",
    affects=True,
    sentence="Answers on this account are limited in length for now.",
    undone="Answers are as long as before.",
    parameters={
        "output_tokens": Parameter(
            meaning="longest answer", kind="integer", unit="tokens", default=2048, least=64
        )
    },
    effect=_effect,
)
