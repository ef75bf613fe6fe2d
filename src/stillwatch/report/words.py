"""The plain words for the program's terms: actions, families, aims, kinds of mark, reasons."""

from __future__ import annotations

import re

__all__ = [
    "ACTIONS",
    "FAMILIES",
    "MARKS",
    "STATUSES",
    "action",
    "aims",
    "family",
    "listed",
    "spaced",
]

ACTIONS = {
    "observe": ("Observe", "keep watching; nothing changes for any account"),
    "tag": ("Tag", "mark the accounts for the team; nothing changes for the customer"),
    "protect_output": (
        "Protect output",
        "answer as before, but summarise visible reasoning for these accounts",
    ),
    "quota": (
        "Shared quota",
        "let the linked accounts share one quota, so that numbers do not pay",
    ),
    "verify": ("Verify", "ask the account holders to show who they are; service goes on"),
    "hold": ("Hold", "pause service until the account holders have been verified"),
    "suspend": ("Suspend", "end service for the whole campaign at once"),
    "notify_owner": (
        "Notify the owner",
        "the key looks stolen: tell its owner and rotate it; the owner is a victim",
    ),
}

FAMILIES = {
    "volume": "volume",
    "structure": "structure",
    "training_value": "training value",
    "coordination": "coordination",
    "identity": "shared means",
    "intelligence": "intelligence",
    "integrity": "integrity proof",
}

MARKS = {
    "release": "model release",
    "ban": "accounts banned",
    "pivot": "campaign pivots",
    "detected": "first detectable",
}

_HYPHENS = re.compile(r"\b(hand|co|sign|e) (off|action|up|mail)\b")

STATUSES = {"ran": "ran", "absent": "could not run", "failed": "failed"}


def spaced(name: str) -> str:
    """A program's name as words: 'tool_use' → 'tool use', 'hand_off' → 'hand-off'."""
    return _HYPHENS.sub(r"\1-\2", name.replace("_", " "))


def action(name: str) -> tuple[str, str]:
    """An action's title and what it means for the customer; an unknown one speaks for itself."""
    return ACTIONS.get(name, (spaced(name).capitalize(), ""))


def family(name: str) -> str:
    """A family of evidence in words."""
    return FAMILIES.get(name, spaced(name))


def aims(capabilities: list[str]) -> str:
    """What a campaign is after: 'reasoning, tool use'."""
    return ", ".join(spaced(name) for name in capabilities) or "not clear"


def listed(items: list[str]) -> str:
    """An enumeration in a sentence: 'a, b and c'."""
    if len(items) < 2:  # noqa: PLR2004
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
