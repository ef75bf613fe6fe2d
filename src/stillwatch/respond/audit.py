"""Whether the ledger is whole: nothing changed, removed, inserted or put into another order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from stillwatch.respond.ledger import START, Head, Ledger, row_hash, seal
from stillwatch.store.tables import HEAD, LEDGER

__all__ = ["Verdict", "verify"]

_AT_A_TIME = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check of the ledger found.

    Attributes:
        rows: Rows that were checked.
        head: The last row.
        fault: The first thing that is wrong, one sentence; None where all is whole.
    """

    rows: int
    head: Head
    fault: str | None


def verify(ledger: Ledger, *, kept: Head | None = None) -> Verdict:
    """Check every row against the one before, the last against the head.

    Args:
        ledger: To check.
        kept: An earlier head that was kept elsewhere; the ledger must still contain it.
    """
    last, rows = Head(0, START), 0
    seen = kept is None or kept == last
    asked = select(LEDGER).order_by(LEDGER.c.seq).execution_options(yield_per=_AT_A_TIME)
    with ledger.readers.connect() as connection:
        with connection.execute(asked) as found:
            for each in found.mappings():
                row = dict(each)
                fault = _row_fault(ledger.key, row, last)
                if fault is not None:
                    return Verdict(rows=rows, head=last, fault=fault)
                last, rows = Head(row["seq"], row["hash"]), rows + 1
                seen = seen or last == kept
        head = connection.execute(select(HEAD)).mappings().first()
    fault = _head_fault(ledger.key, None if head is None else dict(head), last)
    if fault is None and not seen:
        fault = f"row {kept.seq if kept else 0} is not the one that was kept: an earlier state"
    return Verdict(rows=rows, head=last, fault=fault)


def _row_fault(key: bytes, row: dict[str, Any], last: Head) -> str | None:
    if row["seq"] != last.seq + 1:
        return f"row {last.seq + 1} is missing; the next is row {row['seq']}"
    if row["previous"] != last.hash:
        return f"row {row['seq']} does not follow row {last.seq}: rows were moved or changed"
    if row_hash(key, row) != row["hash"]:
        return f"row {row['seq']} was changed"
    return None


def _head_fault(key: bytes, head: dict[str, Any] | None, last: Head) -> str | None:
    if head is None:
        return "the head is missing" if last.seq else None
    if seal(key, Head(head["seq"], head["hash"])) != head["seal"]:
        return "the head was changed"
    if head["seq"] > last.seq:
        return f"rows after row {last.seq} are missing; the last was row {head['seq']}"
    if (head["seq"], head["hash"]) != (last.seq, last.hash):
        return f"rows after row {head['seq']} were added without the head"
    return None
