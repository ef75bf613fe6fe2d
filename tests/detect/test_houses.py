"""Houses: accounts that organization, mail domain or card hold together, one through another."""

from __future__ import annotations

from typing import Any

import numpy as np

from stillwatch.detect.examples import account_table, crowd, exchange_table, phrase, sends
from stillwatch.detect.houses import houses
from stillwatch.engine import DuckDB
from stillwatch.pipeline.fold import fold, spool


def grouped(facts: list[dict[str, Any]]) -> list[int]:
    rng = np.random.default_rng(1)
    rows = crowd(rng)
    names = [f"x-{i}" for i in range(len(facts))]
    for name in names:
        rows += sends(name, 4, lambda _: phrase(rng, 1), rng=rng)
    known = [{"account_id": n, **f} for n, f in zip(names, facts, strict=True)]
    known += [{"account_id": f"crowd-{i}", "email_domain": "mail.example"} for i in range(60)]
    with DuckDB(threads=2) as engine:
        spool(engine, exchange_table(rows).to_batches())
        tables, _ = fold(engine, accounts=account_table(known))
        place = {name: i for i, name in enumerate(tables.ids)}
        found = houses(np.array([place[n] for n in names], dtype=np.int64), tables)
        return [int(house) for house in found]


def test_one_mark_leads_to_the_next() -> None:
    found = grouped(
        [
            {"organization_id": "firm"},
            {"organization_id": "firm", "email_domain": "firm.example"},
            {"email_domain": "firm.example", "payment_hmac": "card"},
            {"payment_hmac": "card"},
            {"payment_hmac": "another"},
        ]
    )
    assert found == [0, 0, 0, 0, 1]


def test_a_public_domain_holds_nobody_together() -> None:
    assert len(set(grouped([{"email_domain": "mail.example"}] * 4))) == 4


def test_no_accounts_have_no_house() -> None:
    assert grouped([]) == []
