"""The ledger is appended to, and whatever else is done to it is noticed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from stillwatch.respond.audit import verify
from stillwatch.respond.ledger import Entry, Head, Ledger

SECRET = b"s" * 32


@pytest.fixture
def ledger(engine: Engine, now: datetime) -> Ledger:
    """Eight rows."""
    found = Ledger(engine, SECRET)
    found.append(
        [
            Entry(kind="decided", at=now + timedelta(seconds=i), account_id=f"a-{i}", body={"n": i})
            for i in range(8)
        ]
    )
    return found


@pytest.fixture
def open_to_all(ledger: Ledger) -> Callable[..., None]:
    """Runs SQL on the ledger as somebody who may do anything to the database."""

    def run(*statements: str) -> None:
        with ledger.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("ALTER TABLE ledger DISABLE TRIGGER USER"))
            else:
                for verb in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS ledger_no_{verb}"))
            for statement in statements:
                connection.execute(text(statement))

    return run


def test_a_ledger_that_was_only_appended_to_is_whole(ledger: Ledger, now: datetime) -> None:
    ledger.append([Entry(kind="undone", at=now, account_id="a-1", body={"why": "appeal"})])
    found = verify(Ledger(ledger.engine, SECRET))
    assert (found.fault, found.rows, found.head) == (None, 9, ledger.head())


def test_an_empty_ledger_is_whole(engine: Engine) -> None:
    assert verify(Ledger(engine, SECRET)).fault is None


def test_what_was_written_reads_back_as_it_was(ledger: Ledger, now: datetime) -> None:
    (kept,) = ledger.entries(account_id="a-3")
    assert (kept.seq, kept.at, kept.body) == (4, now + timedelta(seconds=3), {"n": 3})
    assert len(ledger.entries()) == 8


@pytest.mark.parametrize("verb", ["UPDATE ledger SET kind = 'undone'", "DELETE FROM ledger"])
def test_the_database_itself_refuses_to_change_rows(ledger: Ledger, verb: str) -> None:
    with pytest.raises(DatabaseError, match="only appended to"), ledger.engine.begin() as changed:
        changed.execute(text(verb))
    assert verify(ledger).rows == 8


@pytest.mark.parametrize(
    "change",
    [
        "at_us = at_us + 1",
        "kind = 'undone'",
        "decision_id = 'd-0'",
        "account_id = 'somebody'",
        "account_id = NULL",
        "campaign_id = 'c-9'",
        "body = '{}'",
        "hash = '" + "0" * 64 + "'",
        "previous = '" + "0" * 64 + "'",
    ],
)
@pytest.mark.parametrize("row", [1, 5, 8])
def test_a_changed_row_is_noticed(
    ledger: Ledger, open_to_all: Callable[..., None], change: str, row: int
) -> None:
    if row == 1 and change.startswith("previous"):
        change = "previous = '" + "1" * 64 + "'"
    open_to_all(f"UPDATE ledger SET {change} WHERE seq = {row}")
    assert f"row {row} " in str(verify(ledger).fault)


@pytest.mark.parametrize("gone", [[1], [4], [8], [7, 8], list(range(1, 9))])
def test_removed_rows_are_noticed(
    ledger: Ledger, open_to_all: Callable[..., None], gone: list[int]
) -> None:
    open_to_all(*(f"DELETE FROM ledger WHERE seq = {row}" for row in gone))
    assert "missing" in str(verify(ledger).fault)


def test_removed_rows_with_numbers_closed_up_are_noticed(
    ledger: Ledger, open_to_all: Callable[..., None]
) -> None:
    open_to_all(
        "DELETE FROM ledger WHERE seq = 4",
        *(f"UPDATE ledger SET seq = {row - 1} WHERE seq = {row}" for row in range(5, 9)),
        "UPDATE ledger_head SET seq = 7",
    )
    assert "row 4 does not follow row 3" in str(verify(ledger).fault)


def test_exchanged_rows_are_noticed(ledger: Ledger, open_to_all: Callable[..., None]) -> None:
    open_to_all(
        "UPDATE ledger SET seq = 100 WHERE seq = 3",
        "UPDATE ledger SET seq = 3 WHERE seq = 4",
        "UPDATE ledger SET seq = 4 WHERE seq = 100",
    )
    assert "row 3 does not follow row 2" in str(verify(ledger).fault)


def test_a_row_of_somebody_without_the_key_is_noticed(
    ledger: Ledger, open_to_all: Callable[..., None], now: datetime
) -> None:
    """Somebody who knows the program, may write to the database, and lacks the secret."""
    forger = Ledger(ledger.engine, b"f" * 32)
    forger.append([Entry(kind="undone", at=now, account_id="a-1")])
    assert "row 9 was changed" in str(verify(ledger).fault)
    open_to_all("DELETE FROM ledger WHERE seq = 9")
    assert "the head was changed" in str(verify(ledger).fault)


def test_a_missing_head_is_noticed_and_nothing_more_is_written(
    ledger: Ledger, open_to_all: Callable[..., None], now: datetime
) -> None:
    open_to_all("DELETE FROM ledger_head")
    again = Ledger(ledger.engine, SECRET)
    assert verify(again).fault == "the head is missing"
    with pytest.raises(Exception, match="no head"):
        again.append([Entry(kind="undone", at=now)])


def test_an_earlier_state_is_noticed_with_a_head_that_was_kept_elsewhere(
    ledger: Ledger, open_to_all: Callable[..., None], now: datetime
) -> None:
    with ledger.engine.connect() as connection:
        seal = connection.execute(text("SELECT seal FROM ledger_head")).scalar_one()
    early = ledger.head()
    late = ledger.append([Entry(kind="undone", at=now, account_id="a-1")])
    assert verify(ledger, kept=early).fault is None
    assert verify(ledger, kept=late).fault is None
    open_to_all(
        "DELETE FROM ledger WHERE seq = 9",
        f"UPDATE ledger_head SET seq = 8, hash = '{early.hash}', seal = '{seal}'",
    )
    assert verify(ledger).fault is None
    assert "row 9" in str(verify(ledger, kept=late).fault)
    assert "row 3" in str(verify(ledger, kept=Head(3, "0" * 64)).fault)


def test_many_writers_leave_one_chain(engine: Engine, now: datetime) -> None:
    Ledger(engine, SECRET)

    def write(number: int) -> None:
        mine = Ledger(engine, SECRET)
        for turn in range(5):
            mine.append([Entry(kind="decided", at=now, body={"w": number, "t": turn})])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    found = verify(Ledger(engine, SECRET))
    assert (found.fault, found.rows) == (None, 40)


def test_what_fails_leaves_nothing_behind(ledger: Ledger, now: datetime) -> None:
    def broken() -> None:
        with ledger.transaction() as transaction:
            transaction.append([Entry(kind="decided", at=now)])
            message = "the power went"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError):
        broken()
    assert (verify(ledger).fault, verify(ledger).rows) == (None, 8)
