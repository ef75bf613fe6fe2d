"""Who may do what: a role is a set of scopes; a token may be narrowed to fewer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ROLES", "SCOPES"]

SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "ingest": "send exchanges",
        "decide": "ask for decisions",
        "read": "read campaigns, decisions and metrics",
        "investigate": "look at evidence and open cases",
        "review": "approve, undo and answer appeals",
        "share": "read and send indicators",
        "admin": "tokens, policies and settings",
    }
)
"""What a request may need."""
ROLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "service": frozenset({"ingest", "decide"}),
        "viewer": frozenset({"read"}),
        "analyst": frozenset({"read", "investigate"}),
        "reviewer": frozenset({"read", "investigate", "review"}),
        "partner": frozenset({"share"}),
        "admin": frozenset(SCOPES),
    }
)
"""By name: what each may do."""
