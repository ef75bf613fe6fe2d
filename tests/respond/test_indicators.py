"""Indicators: entered, matched, withdrawn, and asked for by a policy."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa
import pytest
from sqlalchemy import Engine

from stillwatch.errors import NotFoundError, ReviewError
from stillwatch.ingest import Redactor
from stillwatch.pipeline.respond import respond
from stillwatch.pipeline.standing import Found
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.policy import parse_policy
from stillwatch.respond.register import Register
from stillwatch.schema import ACCOUNT, ACCOUNT_ASSESSMENT, CAMPAIGN, EVIDENCE, MEMBER
from stillwatch.settings import Settings
from stillwatch.trust.indicators import (
    INDICATORS,
    add_indicator,
    indicators,
    matches,
    withdraw_indicator,
)

REDACTOR = Redactor(b"k" * 32)
POLICY = parse_policy(
    'version: "1"\nrules:\n  - {name: seen, when: {indicator: true}, then: tag, enforce: true}\n',
    "p",
)
NOTHING = Found(
    campaigns=CAMPAIGN.empty_table(),
    members=MEMBER.empty_table(),
    accounts=ACCOUNT_ASSESSMENT.empty_table(),
    evidence=EVIDENCE.empty_table(),
)


def _accounts(**columns: list[str | None]) -> pa.Table:
    rows = [
        {"account_id": f"a-{i}"} | {name: values[i] for name, values in columns.items()}
        for i in range(3)
    ]
    return REDACTOR.redact_accounts(pa.Table.from_pylist(rows, ACCOUNT))


def _add(engine: Engine, now: datetime, **more: object) -> str:
    said: dict[str, object] = {
        "kind": "card",
        "value": "4711 0000",
        "source": "c-1",
        "person": "ann",
        "at": now,
        "lasts": timedelta(days=90),
    }
    with engine.begin() as connection:
        made = add_indicator(connection, REDACTOR, **(said | more))  # type: ignore[arg-type]
    return made.indicator_id


@pytest.mark.parametrize(("kind", "column"), INDICATORS.items())
def test_whoever_bears_it_is_matched_and_nobody_else(
    engine: Engine, now: datetime, kind: str, column: str
) -> None:
    _add(engine, now, kind=kind, value="one")
    accounts = _accounts(**{column: ["one", "other", None]})
    with engine.connect() as connection:
        assert matches(connection, accounts, at=now) == {"a-0"}
        assert matches(connection, None, at=now) == frozenset()
        wrong = next(c for c in INDICATORS.values() if c != column)
        assert matches(connection, _accounts(**{wrong: ["one"] * 3}), at=now) == frozenset()


def test_a_value_is_kept_as_the_keyed_hash_of_the_account_table(
    engine: Engine, now: datetime
) -> None:
    _add(engine, now)
    with engine.connect() as connection:
        (held,) = indicators(connection)
        assert held.value.startswith("h:")
        assert "4711" not in held.value
        accounts = _accounts(payment_hmac=[held.value, None, None])
        assert matches(connection, accounts, at=now) == {"a-0"}


def test_it_holds_until_it_ends_or_is_withdrawn(engine: Engine, now: datetime) -> None:
    name = _add(engine, now)
    later = now + timedelta(days=1)
    with engine.begin() as connection:
        assert len(indicators(connection, at=now)) == 1
        assert indicators(connection, at=now + timedelta(days=90)) == []
        withdraw_indicator(connection, name, at=later)
        assert indicators(connection, at=later) == []
        with pytest.raises(NotFoundError):
            withdraw_indicator(connection, "i-none", at=now)


def test_a_policy_decides_about_an_account_that_shows_nothing_else(
    engine: Engine, now: datetime
) -> None:
    _add(engine, now, value="bad card")
    accounts = _accounts(payment_hmac=["good card", "bad card", "bad card "])
    ledger = Ledger(engine, b"s" * 32)
    respond(NOTHING, POLICY, ledger, at=now, settings=Settings(), accounts=accounts)
    standing = Register(ledger).standing(at=now)
    assert {name: d.action for name, d in standing.items()} == {"a-1": "tag"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"kind": "network"}, "no indicator of kind"),
        ({"value": " "}, "must say its value"),
        ({"source": ""}, "must say its value"),
        ({"lasts": timedelta(days=900)}, "900 days"),
    ],
)
def test_what_does_not_say_enough_is_refused(
    engine: Engine, now: datetime, wrong: dict[str, object], told: str
) -> None:
    with pytest.raises(ReviewError, match=told):
        _add(engine, now, **wrong)
