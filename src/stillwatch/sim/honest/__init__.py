"""Honest customers, a module a group of kinds; each has its own rhythm, text, network."""

from __future__ import annotations

from stillwatch.sim.context import Kind
from stillwatch.sim.honest import (
    agents,
    batch,
    chat,
    development,
    education,
    evaluation,
    language,
    lookalikes,
    operations,
    organizations,
    research,
    services,
    vision,
)
from stillwatch.sim.what.lexicon import Text

__all__ = ["KINDS", "SYSTEMS", "TEXTS"]

_GROUPS = (
    chat,
    development,
    agents,
    services,
    organizations,
    education,
    evaluation,
    batch,
    language,
    research,
    vision,
    lookalikes,
    operations,
)

KINDS: tuple[Kind, ...] = tuple(kind for group in _GROUPS for kind in group.KINDS)
TEXTS: dict[str, Text] = {name: text for group in _GROUPS for name, text in group.TEXTS.items()}
SYSTEMS: dict[str, str] = {name: text for group in _GROUPS for name, text in group.SYSTEMS.items()}
