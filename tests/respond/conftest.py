from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from stillwatch.respond.facts import Facts

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def suspect() -> Callable[..., Facts]:
    """A member of a likely campaign, seen by one family of each question, changed as asked."""

    def make(**more: object) -> Facts:
        base: dict[str, object] = {
            "account_id": "a-1",
            "probability": 0.96,
            "campaign_id": "c-1",
            "campaign_probability": 0.98,
            "campaign_accounts": 12,
            "families": frozenset({"coordination", "structure", "volume"}),
            "evidence": ("c-1/lockstep",),
        }
        return Facts(**(base | more))  # type: ignore[arg-type]

    return make
