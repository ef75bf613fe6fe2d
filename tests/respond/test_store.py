"""The database: made step by step, opened by many, and told about when it cannot be used."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from office import WHY, Office
from sqlalchemy import Engine, select

from stillwatch.errors import ConfigError, ReviewError, StoreError
from stillwatch.respond.audit import verify
from stillwatch.respond.ledger import Entry, Ledger
from stillwatch.store import default_url, open_store
from stillwatch.store.tables import METADATA, VOTE


def test_the_steps_make_the_tables_that_the_code_knows(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "stillwatch_version", "compare_type": True}
        )
        assert compare_metadata(context, METADATA) == []


def test_opening_again_keeps_what_is_there(engine: Engine, now: datetime) -> None:
    Ledger(engine, b"s" * 32).append([Entry(kind="decided", at=now)])
    again = open_store(engine.url.render_as_string(hide_password=False))
    assert verify(Ledger(again, b"s" * 32)).rows == 1
    again.dispose()


def test_many_that_start_at_once_make_one_database(tmp_path: Path, now: datetime) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'd.sqlite3'}"

    def start(_: int) -> None:
        made = open_store(url)
        Ledger(made, b"s" * 32).append([Entry(kind="decided", at=now)])
        made.dispose()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(start, range(12)))
    found = verify(Ledger(open_store(url), b"s" * 32))
    assert (found.fault, found.rows) == (None, 12)


def test_one_person_who_votes_many_times_at_once_is_one(office: Office) -> None:
    office.decide()
    (proposal,) = office.waiting()

    def vote(_: int) -> bool:
        try:
            office.vote(proposal, "ann")
        except ReviewError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        counted = list(pool.map(vote, range(12)))
    assert sum(counted) == 1
    assert office.waiting()[0].state == "open"
    with office.ledger.engine.connect() as connection:
        assert [row.rationale for row in connection.execute(select(VOTE))] == [WHY]


def test_readers_do_not_wait_for_a_writer(engine: Engine, now: datetime) -> None:
    ledger = Ledger(engine, b"s" * 32)
    with ledger.transaction() as transaction:
        transaction.append([Entry(kind="decided", at=now)])
        assert ledger.head().seq == 0
    assert ledger.head().seq == 1


@pytest.mark.parametrize(
    "url", ["mysql://user:hunter2@host/db", "hunter2", "oracle://hunter2@h", ""]
)
def test_a_url_that_is_none_of_ours_is_refused_without_repeating_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STILLWATCH_DATABASE", "what: hunter2")
    with pytest.raises(ConfigError) as told:
        open_store(url)
    assert "hunter2" not in str(told.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "d.sqlite3").write_text("not a database, but long enough to be looked at" * 50)
    with pytest.raises(StoreError, match="not a database"):
        open_store(f"sqlite:///{tmp_path / 'd.sqlite3'}")


def test_the_environment_names_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STILLWATCH_DATABASE", "sqlite:///here.sqlite3")
    assert default_url() == "sqlite:///here.sqlite3"
    monkeypatch.delenv("STILLWATCH_DATABASE")
    assert default_url().endswith("decisions.sqlite3")
