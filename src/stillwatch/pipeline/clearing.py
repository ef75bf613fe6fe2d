"""Accounts that people cleared, for the looks of a running service: left out, and told about.

A look that leaves a cleared account out judges the others without what only it showed; who of those
linked to it is judged differently stands in the ledger afterwards.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
from sqlalchemy.exc import SQLAlchemyError

from stillwatch.pipeline.online.knowledge import Knowledge
from stillwatch.pipeline.rescore import Change, with_cleared
from stillwatch.respond.clearances import clearances
from stillwatch.respond.ledger import Entry, Ledger

__all__ = ["Clearing", "linked_changes"]

_NOTICED = 0.01


class Clearing:
    """What one process that judges knows of cleared accounts."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: frozenset[str] = frozenset()
        self._judged: frozenset[str] | None = None

    def names(self) -> frozenset[str]:
        """The accounts that are cleared now; those of before while the database is away."""
        try:
            with self._ledger.readers.connect() as connection:
                found = clearances(connection, at=datetime.now(UTC))
        except SQLAlchemyError:
            return self._known
        self._known = frozenset(each.account_id for each in found if each.honest)
        return self._known

    def into(self, accounts: pa.Table | None) -> pa.Table | None:
        """The account table that a look is to take: cleared accounts say so."""
        return with_cleared(accounts, self._known) if self._known else accounts

    def judged(self, before: Knowledge, after: Knowledge) -> list[Change]:
        """Write down who is judged differently by a look that was the first without an account."""
        fresh = self._known - (self._known if self._judged is None else self._judged)
        self._judged = self._known
        changes = linked_changes(before, after, fresh)
        at = datetime.now(UTC)
        if changes:
            self._ledger.append(
                [
                    Entry(
                        kind="rescored",
                        at=at,
                        account_id=each.account_id,
                        body={"before": each.before, "after": each.after, "cleared": len(fresh)},
                    )
                    for each in changes
                ]
            )
        return changes


def linked_changes(before: Knowledge, after: Knowledge, cleared: frozenset[str]) -> list[Change]:
    """Accounts that shared a campaign with a cleared one and are judged differently now."""
    campaigns = {f.campaign_id for n in cleared if (f := before.accounts.get(n)) is not None}
    changes = []
    for name, facts in sorted(before.accounts.items()):
        if name in cleared or facts.campaign_id is None or facts.campaign_id not in campaigns:
            continue
        now = after.accounts.get(name)
        probability = 0.0 if now is None else now.probability
        if abs(probability - facts.probability) >= _NOTICED:
            changes.append(Change(account_id=name, before=facts.probability, after=probability))
    return changes
