from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from stillwatch.respond.facts import Facts
from stillwatch.store import open_store

sys.path.insert(0, str(Path(__file__).parent))  # for office.py

from office import Office

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def suspect() -> Callable[..., Facts]:
    """A member of a likely campaign, seen by one family of each question, changed as asked."""

    def make(**more: object) -> Facts:
        base: dict[str, object] = {
            "account_id": "a-1",
            "probability": 0.96,
            "campaign_id": "c-1",
            "campaign_probability": 0.98,
            "campaign_accounts": 12,
            "families": frozenset({"coordination", "structure", "volume"}),
            "evidence": ("c-1/lockstep",),
        }
        return Facts(**(base | more))  # type: ignore[arg-type]

    return make


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind; PostgreSQL where `make test-postgres` runs one."""
    if request.param == "sqlite":
        made = open_store(f"sqlite:///{tmp_path / 'decisions.sqlite3'}")
        yield made
        made.dispose()
        return
    server = os.environ.get("STILLWATCH_TEST_POSTGRES")
    if server is None:
        pytest.skip("no PostgreSQL here: make test-postgres starts one")
    name = f"t_{secrets.token_hex(8)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    there = make_url(server).update_query_dict({"options": f"-csearch_path={name}"})
    made = open_store(there.render_as_string(hide_password=False))
    yield made
    made.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    admin.dispose()


@pytest.fixture
def office(engine: Engine, suspect: Callable[..., Facts], now: datetime) -> Office:
    return Office(engine, [suspect(account_id=f"a-{i}") for i in range(4)], now)
