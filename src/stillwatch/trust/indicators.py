"""Indicators: means of payment and devices of campaigns that people have judged already.

An indicator is something that belongs to one person or firm: a card, a device, a phone, a mail
address. Networks, mail domains and client programs are none: honest customers share them. It says
nothing by itself; a policy may ask for it (`indicator: true`), and the guardrails stay in force.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, insert, select, update

from stillwatch.errors import NotFoundError, ReviewError, closest
from stillwatch.ingest import Redactor
from stillwatch.store import from_us, to_us
from stillwatch.store.tables import INDICATOR

__all__ = [
    "INDICATORS",
    "Indicator",
    "add_indicator",
    "indicators",
    "matches",
    "withdraw_indicator",
]

INDICATORS: Mapping[str, str] = MappingProxyType(
    {
        "card": "payment_hmac",
        "device": "device_hmac",
        "email": "email_hmac",
        "phone": "phone_hmac",
    }
)
"""Kinds of indicator, with the column of the account table that is compared."""
_LONGEST = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator.

    Attributes:
        kind: One of INDICATORS.
        value: Keyed hash, as the account table holds it.
        source: Who or what it came from: a campaign's id, a partner's name.
        person: Who entered it.
        since: From when, UTC.
        expires_at: Until when, UTC.
        withdrawn_at: When it was taken back, or None.
    """

    indicator_id: str
    kind: str
    value: str
    source: str
    person: str
    since: datetime
    expires_at: datetime
    withdrawn_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it is in force."""
        over = self.expires_at if self.withdrawn_at is None else self.withdrawn_at
        return self.since <= at < min(over, self.expires_at)


def add_indicator(
    connection: Connection,
    redactor: Redactor,
    *,
    kind: str,
    value: str,
    source: str,
    person: str,
    at: datetime,
    lasts: timedelta,
) -> Indicator:
    """Enter an indicator; a value that is no hash yet is hashed with the installation's secret.

    Raises:
        ReviewError: The kind is unknown, nothing is said about where it comes from, or it would
            last too long.
    """
    if kind not in INDICATORS:
        message = f"there is no indicator of kind {kind!r}"
        raise ReviewError(message, hint=closest(kind, tuple(INDICATORS)))
    if not value.strip() or not source.strip() or not person.strip():
        message = "an indicator must say its value, where it comes from and who entered it"
        raise ReviewError(message, hint="name the campaign, or the partner who sent it")
    if not timedelta(0) < lasts <= _LONGEST:
        message = f"an indicator of {lasts.days} days cannot be entered"
        raise ReviewError(message, hint=f"at most {_LONGEST.days} days; it can be entered again")
    made = Indicator(
        indicator_id=f"i-{secrets.token_hex(6)}",
        kind=kind,
        value=redactor.identity(INDICATORS[kind].removesuffix("_hmac"), value.strip()),
        source=source.strip(),
        person=person.strip(),
        since=at,
        expires_at=at + lasts,
    )
    connection.execute(
        insert(INDICATOR).values(
            indicator_id=made.indicator_id,
            kind=made.kind,
            value=made.value,
            source=made.source,
            person=made.person,
            since_us=to_us(at),
            expires_us=to_us(made.expires_at),
        )
    )
    return made


def withdraw_indicator(connection: Connection, indicator_id: str, *, at: datetime) -> Indicator:
    """Take an indicator back; doing it again changes nothing.

    Raises:
        NotFoundError: There is none of this id.
    """
    found = [each for each in indicators(connection) if each.indicator_id == indicator_id]
    if not found:
        message = f"there is no indicator {indicator_id!r}"
        raise NotFoundError(message, hint="`stillwatch indicators list` names them")
    connection.execute(
        update(INDICATOR)
        .where(INDICATOR.c.indicator_id == indicator_id, INDICATOR.c.withdrawn_us.is_(None))
        .values(withdrawn_us=to_us(at))
    )
    return found[0]


def indicators(connection: Connection, *, at: datetime | None = None) -> list[Indicator]:
    """All indicators, or those in force at a moment; oldest first."""
    asked = select(INDICATOR).order_by(INDICATOR.c.since_us, INDICATOR.c.indicator_id)
    found = [
        Indicator(
            indicator_id=row.indicator_id,
            kind=row.kind,
            value=row.value,
            source=row.source,
            person=row.person,
            since=from_us(row.since_us),
            expires_at=from_us(row.expires_us),
            withdrawn_at=None if row.withdrawn_us is None else from_us(row.withdrawn_us),
        )
        for row in connection.execute(asked)
    ]
    return [each for each in found if at is None or each.holds(at)]


def matches(connection: Connection, accounts: pa.Table | None, *, at: datetime) -> frozenset[str]:
    """The accounts of a redacted table of schema ACCOUNT that an indicator in force names."""
    held = indicators(connection, at=at)
    if accounts is None or not held:
        return frozenset()
    found: set[str] = set()
    for kind, column in INDICATORS.items():
        values = pa.array([each.value for each in held if each.kind == kind], pa.string())
        hit = pc.is_in(accounts[column].cast(pa.string()), value_set=values)
        found.update(accounts["account_id"].filter(hit).to_pylist())
    return frozenset(found)
