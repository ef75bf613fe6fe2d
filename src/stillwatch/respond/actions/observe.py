"""Look on: nothing is done."""

from __future__ import annotations

from stillwatch.respond.actions.base import Action

__all__ = ["ACTION"]

ACTION = Action(
    name="observe",
    meaning="Nothing is done; the account is looked at on.",
    affects=False,
    reason="nothing_found",
    sentence="Nothing about this account has been restricted.",
    undone="There is nothing to undo.",
)
