"""Reasoning blocks and conversations that cross from one party to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from stillwatch.detect.examples import START, account_table, crowd, exchange_table
from stillwatch.detect.registry import detector
from stillwatch.engine import DuckDB
from stillwatch.pipeline.fold import fold, spool
from stillwatch.schema.results import Group, Signal

PARTIES = ("a", "b", "c", "d")


def exchange(account: str, minute: int, **columns: object) -> dict[str, Any]:
    return {
        "exchange_id": f"{account}-{minute}",
        "account_id": account,
        "started_at": START + timedelta(minutes=minute),
        **columns,
    }


def relay(blocks: int, *, parties: Sequence[str] = PARTIES, issued: bool = True) -> list[Any]:
    """Blocks issued to one party and presented by the two after it."""
    rows = []
    for n in range(blocks):
        ring = [parties[(n + k) % len(parties)] for k in range(3)]
        if issued:
            rows.append(exchange(ring[0], 10 * n, reasoning_out=[f"block-{n}"]))
        rows += [
            exchange(name, 10 * n + 1 + k, reasoning_in=[f"block-{n}"])
            for k, name in enumerate(ring[1:])
        ]
    return rows


def weigh(
    name: str, rows: list[Any], suspects: Sequence[str], accounts: pa.Table | None = None
) -> Signal | None:
    with DuckDB(threads=2) as engine:
        everyone = rows + crowd(np.random.default_rng(0), accounts=30)
        spool(engine, exchange_table(everyone).to_batches())
        tables, _ = fold(engine, accounts=accounts)
        place = {n: i for i, n in enumerate(tables.ids)}
        members = np.sort(np.array([place[n] for n in suspects], dtype=np.int64))
        (signal,) = detector(name).weigh([Group(accounts=members)], tables)
        return signal


@pytest.mark.parametrize(("blocks", "bits"), [(1, 6.0), (2, 6.0), (3, 14.0), (8, 14.0)])
def test_three_blocks_that_cross_parties_are_a_proof(blocks: int, bits: float) -> None:
    signal = weigh("reasoning_replay", relay(blocks), PARTIES[: blocks + 2])
    assert signal is not None
    assert signal.bits == bits


def test_two_parties_may_be_one_customer_with_two_contracts() -> None:
    rows = [exchange("a", n, reasoning_out=[f"block-{n}"]) for n in range(5)]
    rows += [exchange("b", 100 + n, reasoning_in=[f"block-{n}"]) for n in range(5)]
    signal = weigh("reasoning_replay", rows, ("a", "b"))
    assert signal is not None
    assert signal.bits == 6.0


def test_an_unknown_origin_is_no_proof() -> None:
    signal = weigh("reasoning_replay", relay(6, issued=False), PARTIES)
    assert signal is not None
    assert signal.bits == 3.0


def test_blocks_of_a_tutorial_prove_nothing() -> None:
    readers = tuple(f"reader-{i}" for i in range(12))
    rows = [exchange("author", n, reasoning_out=[f"block-{n}"]) for n in range(5)]
    rows += [
        exchange(name, 100 + 10 * i + n, reasoning_in=[f"block-{n}"])
        for i, name in enumerate(readers)
        for n in range(5)
    ]
    assert weigh("reasoning_replay", rows, (*readers, "author")) is None


def test_a_block_that_was_issued_to_both_did_not_cross() -> None:
    rows = relay(6) + [
        exchange(name, 1000 + n, reasoning_out=[f"block-{n}"]) for name in PARTIES for n in range(6)
    ]
    assert weigh("reasoning_replay", rows, PARTIES) is None


def test_a_block_presented_before_it_was_issued_did_not_cross() -> None:
    rows = [
        exchange(name, n, reasoning_in=[f"block-{n}"]) for n, name in enumerate(PARTIES[1:])
    ] + [exchange("a", 500 + n, reasoning_out=[f"block-{n}"]) for n in range(3)]
    assert weigh("reasoning_replay", rows, PARTIES) is None


def test_one_organization_and_colleagues_of_one_domain_may_pass_blocks_on() -> None:
    firm = account_table([{"account_id": n, "organization_id": "acme"} for n in PARTIES])
    assert weigh("reasoning_replay", relay(8), PARTIES, firm) is None
    domain = {"email_domain": "acme.example", "verification": 3}
    known = account_table([{"account_id": n, **domain} for n in PARTIES[:3]])
    few = relay(8, parties=PARTIES[:3])
    assert weigh("reasoning_replay", few, PARTIES[:3], known) is None


def test_a_session_that_only_begins_again_was_not_taken_over() -> None:
    rows = [
        exchange(name, 10 * n + k, session_id=f"s-{n}", turn=1)
        for n in range(8)
        for k, name in enumerate(PARTIES)
    ]
    assert weigh("shared_history", rows, PARTIES) is None


def test_a_history_is_shared_only_where_it_comes_back_within_minutes() -> None:
    def talk(gap: int) -> list[Any]:
        return [
            exchange(PARTIES[(n + k) % 4], 5000 * n + gap * k, history_digests=["m", f"m-{n}"])
            for n in range(8)
            for k in range(3)
        ]

    soon, late = (weigh("shared_history", talk(gap), PARTIES) for gap in (2, 600))
    assert soon is not None
    assert 1 < soon.bits <= 2
    assert late is None
