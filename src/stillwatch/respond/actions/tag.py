"""Mark the account's requests, for other systems to see."""

from __future__ import annotations

from stillwatch.respond.actions.base import Action, Effect, Parameter
from stillwatch.respond.decision import Decision

__all__ = ["ACTION"]


def _effect(decision: Decision) -> Effect:
    return Effect(tags=(str(decision.parameters["tag"]),))


ACTION = Action(
    name="tag",
    meaning="Requests carry a word that other systems can read; the customer notices nothing.",
    affects=False,
    sentence="Nothing about this account has been restricted.",
    undone="Requests carry the word no longer.",
    parameters={"tag": Parameter(meaning="the word", kind="word", default="suspected")},
    effect=_effect,
)
