"""Accounts that one stranger uses are told from customers who move for their own reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from stillwatch.detect.examples import START, account_table, exchange_table, phrase, sends
from stillwatch.detect.registry import detector
from stillwatch.engine import DuckDB
from stillwatch.pipeline.fold import fold, spool
from stillwatch.schema.results import Group, Signal

OWN = {"client_net": lambda name: f"home-{name}", "user_agent": lambda _: "app"}
NAMES = tuple(f"owner-{i}" for i in range(8))
Facts = Callable[[str], Mapping[str, object]]


def row_of(
    name: str, part: str, since: float, over: float, columns: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Twenty exchanges of an account; columns are values, or made by the account's name."""
    rng = np.random.default_rng([ord(c) for c in f"{name}/{part}"])
    shown = {k: v(name) if callable(v) else v for k, v in columns.items()}
    sent = sends(
        name,
        20,
        lambda _: phrase(rng, 3),
        rng=rng,
        since=START + timedelta(days=since),
        over=timedelta(days=over),
        **shown,
    )
    return [{**row, "exchange_id": f"{row['exchange_id']}-{part}"} for row in sent]


def judged(
    later: Mapping[str, Any],
    *,
    begins: Callable[[int], float] = lambda _: 5.0,
    crowded: Sequence[Mapping[str, Any]] = (),
    facts: Facts = lambda _: {},
) -> Signal | None:
    """What the detector says of eight accounts that do `later` after a life of their own."""
    crowd = [f"crowd-{i}" for i in range(80)]
    rows = [r for name in [*crowd, *NAMES] for r in row_of(name, "own", 0, 10, OWN)]
    for number, columns in enumerate(crowded):
        rows += row_of(crowd[number], "more", 0, 10, columns)
    for number, name in enumerate(NAMES):
        rows += row_of(name, "later", begins(number), 3, later)
    created = START - timedelta(days=300)
    known = [{"account_id": n, "created_at": created} for n in crowd]
    known += [{"account_id": n, "created_at": created, **facts(n)} for n in NAMES]
    with DuckDB(threads=2) as engine:
        spool(engine, exchange_table(rows).to_batches())
        tables, _ = fold(engine, accounts=account_table(known))
        place = {name: i for i, name in enumerate(tables.ids)}
        accounts = np.sort(np.array([place[name] for name in NAMES], dtype=np.int64))
        (signal,) = detector("own_baseline").weigh([Group(accounts=accounts)], tables)
        return signal


THIEF = {"client_net": "exit", "user_agent": "script"}


def test_one_stranger_in_many_accounts_is_seen_without_any_text_in_common() -> None:
    signal = judged(THIEF)
    assert signal is not None
    assert signal.bits > 1
    assert "8 of 8" in signal.reason


@pytest.mark.parametrize(
    "facts",
    [
        lambda _: {"organization_id": "firm"},
        lambda _: {"email_domain": "firm.example"},
        lambda _: {"payment_hmac": "card"},
    ],
    ids=["declared", "one domain", "one card"],
)
def test_a_house_that_moves_is_one_customer(facts: Facts) -> None:
    assert judged(THIEF, facts=facts) is None


def test_businesses_with_a_domain_each_are_many_customers() -> None:
    signal = judged(THIEF, facts=lambda name: {"email_domain": f"mail-{name}.example"})
    assert signal is not None


@pytest.mark.parametrize(
    "later",
    [
        {"client_net": lambda name: f"home-{name}", "user_agent": "agent"},
        {"client_net": "hotel", "user_agent": "app"},
        {"client_net": lambda name: f"region-{name}", "user_agent": "new-sdk"},
    ],
    ids=["a new product, from home", "a conference, own program", "each to a place of its own"],
)
def test_who_moves_alone_or_takes_the_program_along_is_no_stranger(
    later: Mapping[str, Any],
) -> None:
    assert judged(later) is None


def test_a_network_of_many_strangers_is_nobodys_place() -> None:
    vpn = [{"client_net": "exit", "user_agent": "app"}] * 20
    assert judged(THIEF, crowded=vpn) is None


def test_a_service_that_customers_take_up_over_weeks_is_no_theft() -> None:
    assert judged(THIEF, begins=lambda number: 4.0 + 4 * number) is None


def test_a_habit_of_many_customers_is_worth_less() -> None:
    movers = [{"client_net": lambda name: f"away-{name}", "user_agent": "new-app"}] * 40
    often, seldom = judged(THIEF, crowded=movers), judged(THIEF)
    assert often is not None
    assert seldom is not None
    assert often.bits < 1 < seldom.bits
