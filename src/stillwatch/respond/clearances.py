"""Accounts that people took out of automation's reach, for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from stillwatch.store import from_us, to_us
from stillwatch.store.tables import CLEARANCE

__all__ = ["Clearance", "clearances", "spare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """One account for a time.

    Attributes:
        honest: People said that it is honest, so it is no evidence against others either; else a
            decision about it was undone.
    """

    account_id: str
    person: str
    rationale: str
    at: datetime
    expires_at: datetime
    honest: bool


def clearances(connection: Connection, *, at: datetime) -> list[Clearance]:
    """Those in force at a moment, by account."""
    asked = select(CLEARANCE).where(
        CLEARANCE.c.at_us <= to_us(at), CLEARANCE.c.expires_us > to_us(at)
    )
    return [
        Clearance(
            account_id=row.account_id,
            person=row.person,
            rationale=row.rationale,
            at=from_us(row.at_us),
            expires_at=from_us(row.expires_us),
            honest=row.honest,
        )
        for row in connection.execute(asked.order_by(CLEARANCE.c.account_id, CLEARANCE.c.at_us))
    ]


def spare(
    connection: Connection,
    account_id: str,
    *,
    person: str,
    why: str,
    at: datetime,
    until: datetime,
    honest: bool,
) -> None:
    """Take an account out of automation's reach; says the last word of the same moment."""
    same = (CLEARANCE.c.account_id == account_id) & (CLEARANCE.c.at_us == to_us(at))
    connection.execute(delete(CLEARANCE).where(same))
    connection.execute(
        insert(CLEARANCE).values(
            account_id=account_id,
            at_us=to_us(at),
            expires_us=to_us(until),
            person=person,
            rationale=why,
            honest=honest,
        )
    )
