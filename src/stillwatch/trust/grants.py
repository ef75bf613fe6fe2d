"""Grants: who may use the service in ways that look like an attack, under which agreement.

Automation leaves accounts with a grant alone. A grant ends by itself, and can be revoked.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import Connection, insert, select, update

from stillwatch.errors import NotFoundError, ReviewError, closest
from stillwatch.store import from_us, to_us
from stillwatch.store.tables import GRANT

__all__ = ["GRANTS", "LONGEST", "SUBJECTS", "Grant", "add_grant", "grants", "revoke_grant"]

GRANTS: Mapping[str, str] = MappingProxyType(
    {
        "licensed_distillation": "a contract allows training on the answers",
        "verified_research": "research that was verified and declared",
    }
)
"""Kinds of grant with their meaning."""
SUBJECTS = ("account", "organization")
LONGEST = timedelta(days=400)
"""No grant is longer: who holds one is asked again about once a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One grant.

    Attributes:
        subject: `account` or `organization`, which covers all of its accounts.
        subject_id: Its id.
        kind: One of GRANTS.
        reference: The contract or application that it rests on.
        person: Who entered it.
        since: From when, UTC.
        expires_at: Until when, UTC.
        revoked_at: When it was taken back, or None.
    """

    grant_id: str
    subject: str
    subject_id: str
    kind: str
    reference: str
    person: str
    since: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it is in force."""
        over = self.expires_at if self.revoked_at is None else self.revoked_at
        return self.since <= at < min(over, self.expires_at)


def add_grant(
    connection: Connection,
    *,
    subject: str,
    subject_id: str,
    kind: str,
    reference: str,
    person: str,
    at: datetime,
    lasts: timedelta,
) -> Grant:
    """Enter a grant.

    Raises:
        ReviewError: The kind or subject is unknown, nothing is said about what it rests on, or it
            would last too long.
    """
    if kind not in GRANTS or subject not in SUBJECTS:
        wrong, known = (kind, tuple(GRANTS)) if kind not in GRANTS else (subject, SUBJECTS)
        message = f"there is no grant for {wrong!r}"
        raise ReviewError(message, hint=closest(wrong, known))
    if not reference.strip() or not person.strip():
        message = "a grant must say what it rests on and who entered it"
        raise ReviewError(message, hint="name the contract or the application")
    if not timedelta(0) < lasts <= LONGEST:
        message = f"a grant of {lasts.days} days cannot be given"
        raise ReviewError(message, hint=f"at most {LONGEST.days} days; it can be given again")
    grant = Grant(
        grant_id=f"g-{secrets.token_hex(6)}", subject=subject, subject_id=subject_id, kind=kind,
        reference=reference.strip(), person=person.strip(), since=at, expires_at=at + lasts,
    )  # fmt: skip
    connection.execute(
        insert(GRANT).values(
            grant_id=grant.grant_id,
            subject=subject,
            subject_id=subject_id,
            kind=kind,
            reference=grant.reference,
            person=grant.person,
            since_us=to_us(at),
            expires_us=to_us(grant.expires_at),
        )
    )
    return grant


def revoke_grant(connection: Connection, grant_id: str, *, at: datetime) -> Grant:
    """Take a grant back.

    Raises:
        NotFoundError: There is none of this id.
    """
    found = [grant for grant in grants(connection) if grant.grant_id == grant_id]
    if not found:
        message = f"there is no grant {grant_id!r}"
        raise NotFoundError(message, hint="`stillwatch grants list` names them")
    connection.execute(
        update(GRANT)
        .where(GRANT.c.grant_id == grant_id, GRANT.c.revoked_us.is_(None))
        .values(revoked_us=to_us(at))
    )
    return found[0]


def grants(connection: Connection, *, at: datetime | None = None) -> list[Grant]:
    """All grants, or those in force at a moment; oldest first."""
    rows = connection.execute(select(GRANT).order_by(GRANT.c.since_us, GRANT.c.grant_id))
    found = [
        Grant(
            grant_id=row.grant_id,
            subject=row.subject,
            subject_id=row.subject_id,
            kind=row.kind,
            reference=row.reference,
            person=row.person,
            since=from_us(row.since_us),
            expires_at=from_us(row.expires_us),
            revoked_at=None if row.revoked_us is None else from_us(row.revoked_us),
        )
        for row in rows
    ]
    return [grant for grant in found if at is None or grant.holds(at)]
