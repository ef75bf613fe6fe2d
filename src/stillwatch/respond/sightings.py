"""What requests showed, kept for all nodes: sightings of others' blocks and marks, and rates."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from stillwatch.respond.ledger import Entry, Transaction
from stillwatch.store import to_us
from stillwatch.store.tables import ELICITATION, SIGHTING

__all__ = ["KEPT", "Kept", "Row", "keep_rates", "keep_sightings", "rates", "sightings"]

KEPT = timedelta(days=90)
"""How long a sighting counts."""
_A_DAY = timedelta(days=1)  # after which a rate says nothing any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A sighting as it is kept.

    Attributes:
        kind: `block` or `honeytoken`.
        issued_to: Keyed digest of whom it was issued to; empty where unknown.
    """

    account_id: str
    kind: str
    digest: str
    organization_id: str
    issued_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A rate as a node counted it: requests and hits, weighed at a moment in microseconds."""

    requests: float
    hits: float
    at_us: int


def keep_sightings(transaction: Transaction, rows: Iterable[Row], *, at: datetime) -> set[str]:
    """Keep what is new, and say so in the ledger; returns the accounts that have something new."""
    wanted = {(r.account_id, r.kind, r.digest): r for r in rows}
    accounts = sorted({r.account_id for r in wanted.values()})
    connection = transaction.connection
    known = {
        (row.account_id, row.kind, row.digest)
        for row in connection.execute(
            select(SIGHTING.c.account_id, SIGHTING.c.kind, SIGHTING.c.digest).where(
                SIGHTING.c.account_id.in_(accounts)
            )
        )
    }
    new = [row for key, row in sorted(wanted.items()) if key not in known]
    if not new:
        return set()
    connection.execute(
        insert(SIGHTING),
        [
            {
                "account_id": r.account_id,
                "kind": r.kind,
                "digest": r.digest,
                "organization_id": r.organization_id,
                "issued_to": r.issued_to,
                "first_us": to_us(at),
            }
            for r in new
        ],
    )
    connection.execute(delete(SIGHTING).where(SIGHTING.c.first_us < to_us(at - KEPT)))
    counted = Counter((r.account_id, r.kind) for r in new)
    transaction.append(
        [
            Entry(kind="presented", at=at, account_id=account, body={"kind": kind, "new": count})
            for (account, kind), count in sorted(counted.items())
        ]
    )
    return {r.account_id for r in new}


def sightings(connection: Connection, *, at: datetime) -> list[Row]:
    """All that count at a moment, in the order in which they were seen."""
    asked = select(SIGHTING).where(SIGHTING.c.first_us >= to_us(at - KEPT))
    return [
        Row(
            account_id=row.account_id,
            kind=row.kind,
            digest=row.digest,
            organization_id=row.organization_id,
            issued_to=row.issued_to,
        )
        for row in connection.execute(asked.order_by(SIGHTING.c.first_us, SIGHTING.c.digest))
    ]


def keep_rates(connection: Connection, node: str, found: Mapping[str, Kept]) -> None:
    """Replace what this node counted about these accounts."""
    if not found:
        return
    mine = ELICITATION.c.node == node
    newest = max(rate.at_us for rate in found.values())
    old = newest - _A_DAY // timedelta(microseconds=1)
    connection.execute(delete(ELICITATION).where(mine, ELICITATION.c.account_id.in_(list(found))))
    connection.execute(delete(ELICITATION).where(ELICITATION.c.at_us < old))
    connection.execute(
        insert(ELICITATION),
        [
            {"account_id": name, "node": node, "requests": r.requests, "hits": r.hits,
             "at_us": r.at_us}
            for name, r in found.items()
        ],
    )  # fmt: skip


def rates(connection: Connection, *, at: datetime) -> dict[str, list[Kept]]:
    """By account, what each node counted."""
    found: dict[str, list[Kept]] = defaultdict(list)
    asked = select(ELICITATION).where(ELICITATION.c.at_us >= to_us(at - _A_DAY))
    for row in connection.execute(asked):
        found[row.account_id].append(Kept(requests=row.requests, hits=row.hits, at_us=row.at_us))
    return found
