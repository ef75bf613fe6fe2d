"""Grants, and accounts that automation leaves alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from stillwatch.errors import NotFoundError, ReviewError
from stillwatch.pipeline.respond import spared
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.review import Review
from stillwatch.trust.grants import add_grant, grants, revoke_grant

YEAR = timedelta(days=365)


def _grant(engine: Engine, now: datetime, **more: object) -> str:
    said: dict[str, object] = {
        "subject": "account",
        "subject_id": "a-1",
        "kind": "licensed_distillation",
        "reference": "contract 7",
        "person": "ann",
        "at": now,
        "lasts": YEAR,
    }
    with engine.begin() as connection:
        return add_grant(connection, **(said | more)).grant_id  # type: ignore[arg-type]


def test_a_grant_holds_from_its_beginning_to_its_end(engine: Engine, now: datetime) -> None:
    _grant(engine, now)
    ledger = Ledger(engine, b"s" * 32)
    assert spared(ledger, at=now - timedelta(seconds=1)) == {}
    assert spared(ledger, at=now) == {"a-1": "licensed_distillation"}
    assert spared(ledger, at=now + YEAR) == {}


def test_a_revoked_grant_holds_no_longer(engine: Engine, now: datetime) -> None:
    name = _grant(engine, now)
    with engine.begin() as connection:
        revoke_grant(connection, name, at=now + timedelta(days=1))
        with pytest.raises(NotFoundError):
            revoke_grant(connection, "g-none", at=now)
    with engine.connect() as connection:
        assert len(grants(connection, at=now)) == 1
        assert grants(connection, at=now + timedelta(days=1)) == []


def test_an_organisations_grant_covers_its_accounts(engine: Engine, now: datetime) -> None:
    _grant(engine, now, subject="organization", subject_id="lab", kind="verified_research")
    owners = {"a-1": "lab", "a-2": "other"}
    kept = spared(Ledger(engine, b"s" * 32), at=now, owners=owners)
    assert kept == {"a-1": "verified_research"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "licensed_destilation"},
        {"subject": "person"},
        {"reference": " "},
        {"person": ""},
        {"lasts": timedelta(0)},
        {"lasts": timedelta(days=401)},
    ],
)
def test_a_grant_that_says_too_little_or_too_much_is_refused(
    engine: Engine, now: datetime, wrong: dict[str, object]
) -> None:
    with pytest.raises(ReviewError):
        _grant(engine, now, **wrong)


def test_a_cleared_account_is_left_alone_until_the_clearance_ends(
    engine: Engine, now: datetime
) -> None:
    ledger = Ledger(engine, b"s" * 32)
    Review(ledger).clear(
        "a-5", person="ann", why="a school, we called", at=now, lasts=timedelta(days=2)
    )
    assert spared(ledger, at=now + timedelta(days=1)) == {"a-5": "cleared"}
    assert spared(ledger, at=now + timedelta(days=2)) == {}
