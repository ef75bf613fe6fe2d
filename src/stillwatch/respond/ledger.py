"""The ledger: everything that was decided or done, appended only, each row sealed on the last.

A row's hash is an HMAC, under a key of this installation, of the row and of the hash before it; the
head is sealed in the same way. Whoever can write to the database but does not hold the key cannot
change, remove, insert or reorder rows unnoticed. What no chain within one database can show is that
all of it was put back to an earlier state: keep the head elsewhere (`stillwatch audit head`), and
give it to `stillwatch audit verify`.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b, sha256
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from stillwatch.errors import StoreError
from stillwatch.store import from_us, reading, to_us
from stillwatch.store.tables import HEAD, LEDGER

__all__ = ["KINDS", "START", "Entry", "Head", "Kept", "Ledger", "Transaction"]

KINDS = (
    "decided",
    "replaced",
    "expired",
    "undone",
    "proposed",
    "approved",
    "rejected",
    "lapsed",
    "withdrawn",
    "appealed",
    "cleared",
    "rescored",
    "presented",
    "granted",
    "indicated",
    "revoked",
    "delivered",
    "undelivered",
)
"""What an entry can be about."""
START = "0" * 64
"""What the first row follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something to be written down.

    Attributes:
        kind: One of KINDS.
        at: When, UTC.
        body: What there is to know, JSON-able; never text of a prompt, never a secret.
    """

    kind: str
    at: datetime
    decision_id: str | None = None
    account_id: str | None = None
    campaign_id: str | None = None
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Entry):
    """An entry as it stands in the ledger, with its number from 1."""

    seq: int


@dataclass(frozen=True, slots=True)
class Head:
    """Number and hash of the last row; written `12:ab34…`."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


class Transaction:
    """Changes to the database that stand or fall together, with what the ledger says of them.

    Attributes:
        connection: To change the database with.
        released: Campaigns whose shared quota is to be forgotten once this is done.
    """

    def __init__(self, connection: Connection, key: bytes) -> None:
        self.connection = connection
        self._key = key
        self._waiting: list[Entry] = []
        self.released: set[str] = set()

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries down, in this order, when the transaction ends."""
        for entry in entries:
            if entry.kind not in KINDS:
                message = f"a ledger has no entries of kind {entry.kind!r}"
                raise ValueError(message)
        self._waiting += entries

    def close(self) -> Head:
        """Seal and write what waits; returns the last row."""
        head = _locked(self.connection)
        rows = []
        for entry in self._waiting:
            row = {
                "seq": head.seq + 1,
                "at_us": to_us(entry.at),
                "kind": entry.kind,
                "decision_id": entry.decision_id,
                "account_id": entry.account_id,
                "campaign_id": entry.campaign_id,
                "body": orjson.dumps(entry.body, option=orjson.OPT_SORT_KEYS).decode(),
                "previous": head.hash,
            }
            head = Head(head.seq + 1, row_hash(self._key, row))
            rows.append(row | {"hash": head.hash})
        if rows:
            self.connection.execute(insert(LEDGER), rows)
            sealed = {"seq": head.seq, "hash": head.hash, "seal": seal(self._key, head)}
            self.connection.execute(update(HEAD).values(sealed))
        self._waiting.clear()
        return head


class Ledger:
    """The ledger of one database.

    Args:
        engine: From `store.open_store`.
        secret: The installation's secret; the ledger's key is derived from it.
    """

    def __init__(self, engine: Engine, secret: bytes) -> None:
        self.engine = engine
        self.key = blake2b(secret[:64], digest_size=32, person=b"stillwatchledger").digest()
        self.readers = reading(engine)
        self._begin()

    def _begin(self) -> None:
        with self.engine.begin() as connection:
            empty = connection.execute(select(LEDGER.c.seq).limit(1)).first() is None
            if empty and connection.execute(select(HEAD.c.one)).first() is None:
                first = Head(0, START)
                values = {"one": 1, "seq": 0, "hash": START, "seal": seal(self.key, first)}
                with suppress(IntegrityError), connection.begin_nested():  # another was faster
                    connection.execute(insert(HEAD).values(values))

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One transaction; others that write wait for its end, so reads in it stay true."""
        with self.engine.begin() as connection:
            _locked(connection)
            transaction = Transaction(connection, self.key)
            yield transaction
            transaction.close()

    def append(self, entries: Sequence[Entry]) -> Head:
        """Write entries down in a transaction of their own."""
        with self.transaction() as transaction:
            transaction.append(entries)
            return transaction.close()

    def head(self) -> Head:
        """The last row."""
        with self.readers.connect() as connection:
            row = connection.execute(select(HEAD.c.seq, HEAD.c.hash)).first()
        return Head(0, START) if row is None else Head(row.seq, row.hash)

    def entries(
        self, *, account_id: str | None = None, campaign_id: str | None = None
    ) -> list[Kept]:
        """What was written down, oldest first, of an account or a campaign where one is named."""
        asked = select(LEDGER).order_by(LEDGER.c.seq)
        if account_id is not None:
            asked = asked.where(LEDGER.c.account_id == account_id)
        if campaign_id is not None:
            asked = asked.where(LEDGER.c.campaign_id == campaign_id)
        with self.readers.connect() as connection:
            return [
                Kept(
                    seq=row.seq,
                    kind=row.kind,
                    at=from_us(row.at_us),
                    decision_id=row.decision_id,
                    account_id=row.account_id,
                    campaign_id=row.campaign_id,
                    body=orjson.loads(row.body),
                )
                for row in connection.execute(asked)
            ]


def row_hash(key: bytes, row: dict[str, Any]) -> str:
    """What seals a row: every other column, and through `previous` all rows before it."""
    names = [column.name for column in LEDGER.columns if column.name != "hash"]
    return _mac(key, "row", [row[name] for name in names])


def seal(key: bytes, head: Head) -> str:
    """What seals the head."""
    return _mac(key, "head", [head.seq, head.hash])


def _mac(key: bytes, what: str, values: list[Any]) -> str:
    return hmac.new(key, orjson.dumps([what, *values]), sha256).hexdigest()


def _locked(connection: Connection) -> Head:
    """The head, held against others until the transaction ends."""
    row = connection.execute(select(HEAD.c.seq, HEAD.c.hash).with_for_update()).first()
    if row is None:
        message = "the ledger has rows and no head"
        raise StoreError(message, hint="somebody changed it: see `stillwatch audit verify`")
    return Head(row.seq, row.hash)
