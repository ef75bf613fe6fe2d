"""One quota for all accounts of a campaign together, so that more accounts gain nothing."""

from __future__ import annotations

from stillwatch.respond.actions.base import Action, Effect, Means, Parameter
from stillwatch.respond.decision import Decision

__all__ = ["ACTION"]


def _effect(decision: Decision) -> Effect:
    return Effect(
        requests_per_minute=float(decision.parameters["requests_per_minute"]),
        burst=int(decision.parameters["burst"]),
        reasoning="summary",
    )


def _undo(decision: Decision, means: Means) -> None:
    means.release(decision)


ACTION = Action(
    name="quota",
    meaning="All accounts of the campaign share one quota, and reasoning is shown as a summary.",
    affects=True,
    sentence="This account's rate of requests is limited for now.",
    undone="The shared quota is forgotten.",
    parameters={
        "requests_per_minute": Parameter(
            meaning="what the campaign may ask together",
            kind="number",
            unit="requests per minute",
            default=60.0,
            least=0.1,
        ),
        "burst": Parameter(
            meaning="requests that may come at once", kind="integer", default=30, least=1
        ),
    },
    effect=_effect,
    undo=_undo,
)
