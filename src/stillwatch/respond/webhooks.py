"""Sends what waits in the outbox to the operator's own system: signed, timed, again until it lands.

A message carries its event's id as idempotency key: it may arrive more than once, and counts once.
Its signature covers the moment of sending and the body, so that a receiver can refuse a message
that was changed and one that is old (`verified`; an example receiver is in `examples/`).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus

from sqlalchemy import exists, select, update

from stillwatch.errors import missing
from stillwatch.respond.ledger import Entry, Ledger
from stillwatch.store import from_us, to_us
from stillwatch.store.tables import OUTBOX

try:
    import httpx
except ModuleNotFoundError as absent:
    raise missing(absent.name, "respond") from absent

__all__ = ["FRESH", "Delivery", "Webhook", "deliver", "next_due", "signature", "verified"]

FRESH = timedelta(minutes=5)
"""A message that was signed longer ago than this is refused."""
_GIVE_UP = 18  # attempts: seventeen hours until each waits longest, and about four days in all
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=12)
_TIMEOUT_S = 10.0
_AT_A_TIME = 100
_TOLD = 200  # letters of a failure that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where messages go.

    Attributes:
        url: Of the operator's system; redirects are not followed.
        secret: Shared with it; signs, and is never sent.
        timeout_s: For connecting, and for the answer.
    """

    url: str
    secret: bytes
    timeout_s: float = _TIMEOUT_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a round of sending did: messages that arrived, that wait, and that were given up."""

    delivered: int = 0
    waiting: int = 0
    given_up: int = 0


def signature(secret: bytes, sent_at: datetime, event_id: str, body: bytes) -> str:
    """The header that shows who sent a message and when: `t=SECONDS,v1=HEX`."""
    moment = str(int(sent_at.timestamp()))
    return f"t={moment},v1={_mac(secret, moment, event_id, body)}"


def verified(
    secret: bytes,
    header: str,
    event_id: str,
    body: bytes,
    *,
    at: datetime,
    fresh: timedelta = FRESH,
) -> bool:
    """Whether a message is from whoever holds the secret, unchanged, and fresh.

    A receiver must also remember the ids of the last `fresh` and answer a known one with success
    without acting again.
    """
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    moment, given = parts.get("t", ""), parts.get("v1", "")
    if not moment.isascii() or not moment.isdecimal() or len(moment) > 12:  # noqa: PLR2004 - s
        return False
    right = hmac.compare_digest(_mac(secret, moment, event_id, body).encode(), given.encode())
    return right and abs(at.timestamp() - int(moment)) <= fresh.total_seconds()


def deliver(
    ledger: Ledger, webhook: Webhook, *, at: datetime, client: httpx.Client | None = None
) -> Delivery:
    """Send what is due, in the order of its making; what fails is due again later.

    A later message about an account never overtakes an earlier one that still waits.
    """
    with client or httpx.Client(timeout=webhook.timeout_s) as sender:
        done = {"delivered": 0, "waiting": 0, "given_up": 0}
        held: set[str] = set()
        for row in _due(ledger, at):
            if row.account_id in held:
                done["waiting"] += 1
                continue
            told = _send(sender, webhook, row.event_id, row.body.encode(), at)
            state = _settle(ledger, row.event_id, row.attempts + 1, told, at)
            done[state] += 1
            if state == "waiting":
                held.add(row.account_id)
        return Delivery(**done)


@dataclass(frozen=True, slots=True)
class _Row:
    event_id: str
    account_id: str
    body: str
    attempts: int


def _due(ledger: Ledger, at: datetime) -> list[_Row]:
    before = OUTBOX.alias()
    earlier = exists().where(
        before.c.account_id == OUTBOX.c.account_id,
        before.c.place < OUTBOX.c.place,
        before.c.state == "waiting",
        before.c.due_us > to_us(at),
    )
    asked = (
        select(OUTBOX.c.event_id, OUTBOX.c.account_id, OUTBOX.c.body, OUTBOX.c.attempts)
        .where(OUTBOX.c.state == "waiting", OUTBOX.c.due_us <= to_us(at), ~earlier)
        .order_by(OUTBOX.c.place)
        .limit(_AT_A_TIME)
    )
    with ledger.readers.connect() as connection:
        return [_Row(*row) for row in connection.execute(asked)]


def _send(
    sender: httpx.Client, webhook: Webhook, event_id: str, body: bytes, at: datetime
) -> str | None:
    """What went wrong, in a few words; None where the message arrived."""
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": event_id,
        "Stillwatch-Signature": signature(webhook.secret, at, event_id, body),
    }
    try:
        answer = sender.post(
            webhook.url, content=body, headers=headers, timeout=webhook.timeout_s,
            follow_redirects=False,
        )  # fmt: skip
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: {error}"[:_TOLD]
    if answer.is_success:
        return None
    known = HTTPStatus(answer.status_code).phrase if answer.status_code in _STATUSES else ""
    return f"answered {answer.status_code} {known}".strip()


_STATUSES = frozenset(HTTPStatus)


def _settle(ledger: Ledger, event_id: str, attempts: int, told: str | None, at: datetime) -> str:
    if told is None:
        state, due = "delivered", at
    elif attempts >= _GIVE_UP:
        state, due = "given_up", at
    else:
        state, due = "waiting", at + min(_FIRST_WAIT * 2 ** (attempts - 1), _LONGEST_WAIT)
    entry = Entry(
        kind="delivered" if state == "delivered" else "undelivered",
        at=at,
        decision_id=event_id.partition(".")[0],
        body={"event_id": event_id, "attempts": attempts, "told": told},
    )
    with ledger.transaction() as transaction:
        transaction.connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.event_id == event_id, OUTBOX.c.state == "waiting")
            .values(attempts=attempts, state=state, due_us=to_us(due), told=told or "")
        )
        transaction.append([] if state == "waiting" else [entry])
    return state


def next_due(ledger: Ledger) -> datetime | None:
    """When the next message is due, or None where nothing waits."""
    asked = select(OUTBOX.c.due_us).where(OUTBOX.c.state == "waiting").order_by(OUTBOX.c.due_us)
    with ledger.readers.connect() as connection:
        row = connection.execute(asked.limit(1)).first()
    return None if row is None else from_us(row.due_us)


def _mac(secret: bytes, moment: str, event_id: str, body: bytes) -> str:
    said = f"{moment}.{len(event_id)}.{event_id}.".encode() + body
    return hmac.new(secret, said, sha256).hexdigest()
