"""Decisions on what the last look found: at once, and again when people or the clock change them.

A grant, an approval, an indicator, or the end of a decision must not wait for new traffic.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pyarrow as pa

from stillwatch.pipeline.respond import respond, spared
from stillwatch.pipeline.standing import Found
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.policy import Policy
from stillwatch.respond.review import Review
from stillwatch.settings import Settings
from stillwatch.trust.indicators import indicators

__all__ = ["Deciding"]

_ASK = 1.0  # seconds between two questions what people said
_ANEW = 60.0  # seconds after which decisions that ended are made again, and grants that ended end


class Deciding:
    """What one process that judges decides on; not for more than one thread."""

    def __init__(
        self,
        policy: Policy,
        ledger: Ledger,
        settings: Settings,
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._policy, self._ledger, self._settings = policy, ledger, settings
        self._review = Review(ledger)
        self._ticks = ticks
        self._found: Found | None = None
        self._accounts: pa.Table | None = None
        self._said: object = None
        self._due = self._asked = 0.0

    def on(self, found: Found, accounts: pa.Table | None) -> None:
        """Decide on what a look found; `accounts` is its table of schema ACCOUNT."""
        self._found, self._accounts = found, accounts
        self._decide()

    def again(self) -> bool:
        """Decide on the same findings where people said something new, or time has passed."""
        if self._found is None:
            return False
        now = self._ticks()
        if now < self._asked:
            return False
        self._asked = now + _ASK
        if now < self._due and self._people() == self._said:
            return False
        self._decide()
        return True

    def _decide(self) -> None:
        if self._found is None:
            return
        said = self._people()
        respond(
            self._found, self._policy, self._ledger, at=datetime.now(UTC),
            settings=self._settings, accounts=self._accounts,
        )  # fmt: skip
        self._said, self._due = said, self._ticks() + _ANEW

    def _people(self) -> object:
        at = datetime.now(UTC)
        with self._ledger.readers.connect() as connection:
            marked = indicators(connection, at=at)
        return spared(self._ledger, at=at), self._review.approved(at=at), marked
