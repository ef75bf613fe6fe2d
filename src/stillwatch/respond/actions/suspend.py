"""End service; the operator's own account system does it and can take it back."""

from __future__ import annotations

from http import HTTPStatus

from stillwatch.respond.actions.base import Action, Effect, Means
from stillwatch.respond.decision import Decision

__all__ = ["ACTION"]


def _effect(_decision: Decision) -> Effect:
    return Effect(status=HTTPStatus.FORBIDDEN)


def _carry_out(decision: Decision, means: Means) -> None:
    means.send("suspend", decision)


def _undo(decision: Decision, means: Means) -> None:
    means.send("suspend.undone", decision)


ACTION = Action(
    name="suspend",
    meaning="Requests are refused, and the operator's account system is told to suspend.",
    affects=True,
    ends_service=True,
    sentence="This account is suspended; you can ask us to look again.",
    undone="The account system is told to restore the account; requests are served again.",
    effect=_effect,
    carry_out=_carry_out,
    undo=_undo,
)
