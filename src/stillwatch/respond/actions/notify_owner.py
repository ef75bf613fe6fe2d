"""Tell the owner of an account that somebody else seems to use its key."""

from __future__ import annotations

from stillwatch.respond.actions.base import Action, Means
from stillwatch.respond.decision import Decision

__all__ = ["ACTION"]


def _carry_out(decision: Decision, means: Means) -> None:
    means.send("notify_owner", decision)


def _undo(decision: Decision, means: Means) -> None:
    means.send("notify_owner.undone", decision)


ACTION = Action(
    name="notify_owner",
    meaning="The owner is told that the key may be stolen; nothing is restricted.",
    affects=False,
    reason="key_may_be_stolen",
    sentence="Somebody else may be using a key of this account; please replace it.",
    undone="The owner is told that the warning no longer stands.",
    carry_out=_carry_out,
    undo=_undo,
)
