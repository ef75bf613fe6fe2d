"""Whole families of attack and of honest customer that are held out when anything is tuned.

The halves are fixed by name, so that nobody chooses them after seeing a result.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

from stillwatch.sim import KINDS, TECHNIQUES

__all__ = ["Half", "half_of", "kinds_of", "techniques_of"]

Half = Literal["all", "tune", "held-out"]

_ALWAYS = frozenset({"chat", "developer", "enterprise"})
"""Ordinary traffic, without which no world is one."""


def half_of(name: str) -> Half:
    """The half that a technique or an honest kind belongs to."""
    return "tune" if sha256(name.encode()).digest()[0] & 1 else "held-out"


def techniques_of(half: Half) -> tuple[str, ...] | None:
    """Techniques of a half; None for all of them."""
    if half == "all":
        return None
    return tuple(name for name in TECHNIQUES if half_of(name) == half)


def kinds_of(half: Half) -> tuple[str, ...]:
    """Honest kinds of a half, with ordinary traffic; empty for all of them."""
    if half == "all":
        return ()
    return tuple(k.name for k in KINDS if k.name in _ALWAYS or half_of(k.name) == half)
