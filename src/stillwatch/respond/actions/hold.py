"""Refuse requests until people have looked; ends when the decision does."""

from __future__ import annotations

from http import HTTPStatus

from stillwatch.respond.actions.base import Action, Effect, Means
from stillwatch.respond.decision import Decision

__all__ = ["ACTION"]


def _effect(_decision: Decision) -> Effect:
    return Effect(status=HTTPStatus.FORBIDDEN)


def _carry_out(decision: Decision, means: Means) -> None:
    means.send("hold", decision)


def _undo(decision: Decision, means: Means) -> None:
    means.send("hold.undone", decision)


ACTION = Action(
    name="hold",
    meaning="Requests are refused while people look at the account.",
    affects=True,
    ends_service=True,
    reason="under_review",
    sentence="This account is on hold while we review it; you can ask us to look again.",
    undone="Requests are served again.",
    effect=_effect,
    carry_out=_carry_out,
    undo=_undo,
)
