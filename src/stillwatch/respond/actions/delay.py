"""Let each request wait."""

from __future__ import annotations

from datetime import timedelta

from stillwatch.respond.actions.base import Action, Effect, Parameter
from stillwatch.respond.decision import Decision

__all__ = ["ACTION"]


def _effect(decision: Decision) -> Effect:
    return Effect(
        delay=timedelta(seconds=float(decision.parameters["seconds"])), reasoning="summary"
    )


ACTION = Action(
    name="delay",
    meaning="Each request waits before it is served, and reasoning is shown as a summary.",
    affects=True,
    sentence="Requests of this account are served more slowly for now.",
    undone="Requests no longer wait.",
    parameters={
        "seconds": Parameter(
            meaning="how long a request waits",
            kind="number",
            unit="seconds",
            default=2.0,
            least=0.1,
            most=30,
        )
    },
    effect=_effect,
)
