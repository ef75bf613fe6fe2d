"""The paragraph a person reads first: who, how much, what for, why believed, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

__all__ = ["brief", "capital"]

_AIMS = {
    "reasoning": "reasoning",
    "agentic": "agent behaviour",
    "tool_use": "tool use",
    "coding": "coding",
    "data_analysis": "data analysis",
    "grading": "grading and reward judgements",
    "vision": "vision",
    "computer_use": "computer use",
    "general": "general answers",
    "safety_rewrites": "safe rewrites",
}


def brief(
    *,
    accounts: int,
    parties: int,
    exchanges: int,
    first: datetime,
    last: datetime,
    aims: Sequence[str],
    operator: Sequence[str],
    harvest: Sequence[str],
    victims: int,
) -> str:
    """One paragraph.

    Args:
        accounts: Members.
        parties: How many different customers they say they are.
        exchanges: Of the members.
        first: First exchange of a member.
        last: Last exchange of a member.
        aims: Capabilities.
        operator: Reasons for one operator, strongest first.
        harvest: Reasons for harvesting, strongest first.
        victims: Members that look like owners of stolen keys.
    """
    posed = f", which pose as {parties:,} customers," if parties > 1 else ""
    when = f"between {_moment(first)} and {_moment(last)} UTC"
    aimed = _listed([_AIMS[a] for a in aims])
    parts = [
        f"{accounts:,} accounts{posed} sent {exchanges:,} exchanges {when}; they aim at {aimed}."
    ]
    if operator:
        parts.append(f"They look like one operator: {_sentence(operator[0])}")
        parts += [capital(r) for r in operator[1:2]]
    if harvest:
        parts.append(f"They look like a harvest: {_sentence(harvest[0])}")
        parts += [capital(r) for r in harvest[1:2]]
    if victims:
        parts.append(
            f"{victims:,} of the accounts look like customers whose keys were stolen: tell them,"
            " do not punish them."
        )
    return " ".join(parts)


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%b %Y %H:%M}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:] if text[:2].istitle() else text


def capital(text: str) -> str:
    """A reason as a sentence of its own."""
    return text[:1].upper() + text[1:]
