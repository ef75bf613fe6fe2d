"""Who takes part: by its own work and means, and not for one thing in common with one member."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.assess.combine import probability
from stillwatch.campaign import Spokes, core, join, own_streams, ties
from stillwatch.detect.examples import account_table, crowd, exchange_table, phrase, sends
from stillwatch.detect.streams import stream_bits
from stillwatch.engine import DuckDB
from stillwatch.link import hubs
from stillwatch.pipeline.fold import fold, spool
from stillwatch.rollup import Tables
from stillwatch.rollup.rows import numbered, pairs
from stillwatch.schema.results import Group

TEMPLATE = "You are an expert analyst who gives complete answers to every question about"
POOL = [f"pool-{i}" for i in range(12)]
NAMED = 0.9


@contextmanager
def _world(few: int = 4) -> Iterator[tuple[Tables, Spokes]]:
    """Pool accounts with one template, two to a card; a relative of one of them; a crowd."""
    rng = np.random.default_rng(7)
    rows = crowd(rng, accounts=150)
    for name in POOL:
        texts = [f"{TEMPLATE} {phrase(rng, int(rng.integers(0, 12)))}" for _ in range(30)]
        rows += sends(name, 30, texts.__getitem__, rng=rng)
    rows += sends("relative", few, lambda _: phrase(rng, 3), rng=rng)
    facts = [{"account_id": name, "payment_hmac": f"card-{i // 2}"} for i, name in enumerate(POOL)]
    both = {"payment_hmac": "card-of-both", "phone_hmac": "phone-of-both"}
    facts[0] |= both
    facts += [{"account_id": "relative", **both}]
    facts += [{"account_id": f"crowd-{i}", "payment_hmac": f"own-{i}"} for i in range(150)]
    with DuckDB(threads=2) as engine:
        spool(engine, exchange_table(rows).to_batches())
        tables, _ = fold(engine, accounts=account_table(facts))
        tables.hubs = hubs(tables, stream_bits(tables))
        yield tables, Spokes(tables.hubs, tables)


def _group(tables: Tables, names: list[str]) -> Group:
    accounts = np.sort(np.array([tables.ids.index(name) for name in names], np.int64))
    return Group(accounts=accounts, streams=own_streams(tables, accounts))


def _taking_part(few: int = 4) -> dict[str, float]:
    with _world(few) as (tables, spokes):
        group = _group(tables, [*POOL, "relative"])
        found = ties(group, spokes, tables)
        return {
            tables.ids[a]: probability(0.8 * float(b))
            for a, b in zip(group.accounts, found.bits, strict=True)
        }


def test_who_does_the_work_takes_part() -> None:
    taking = _taking_part()
    assert min(taking[name] for name in POOL) > NAMED


def test_a_relative_who_shares_card_and_phone_and_none_of_the_work_is_not_named() -> None:
    assert _taking_part()["relative"] < NAMED


def test_the_more_of_a_relative_is_seen_elsewhere_the_less_it_takes_part() -> None:
    seen = [_taking_part(few)["relative"] for few in (1, 4, 12)]
    assert seen[0] > seen[1] > seen[2]


def test_the_core_of_a_group_leaves_out_the_crowd() -> None:
    with _world() as (tables, spokes):
        group = _group(tables, [*POOL, *(f"crowd-{i}" for i in range(12))])
        found = core(group, spokes, tables)
        assert found is not None
        assert {tables.ids[a] for a in found.accounts} == set(POOL)


def test_an_unlikely_fragment_joins_the_campaign_whose_cards_it_has() -> None:
    with _world() as (tables, spokes):
        odd, even = POOL[3::2][:4], [n for n in POOL if n not in POOL[3::2][:4]]
        stranger = _group(tables, ["crowd-0", "crowd-1", "crowd-2"])
        whole, part = _group(tables, even), _group(tables, odd)
        joined = join([whole, part, stranger], [0.95, 0.1, 0.1], spokes, tables)
        names = sorted(sorted(tables.ids[a] for a in g.accounts) for g in joined)
        assert names == sorted([sorted(POOL), ["crowd-0", "crowd-1", "crowd-2"]])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=60))
def test_distinct_values_are_numbered_in_their_order(rows: list[tuple[int, int]]) -> None:
    value = np.array([v for _, v in rows], np.int64)
    names, place = numbered(value, 10)
    expected, inverse = np.unique(value, return_inverse=True)
    assert names.tolist() == expected.tolist()
    assert place.tolist() == inverse.tolist()


def test_parties_are_counted_once_however_many_accounts_they_have() -> None:
    with _world() as (tables, spokes):
        accounts = np.arange(len(tables.ids))
        names, each, hub = spokes.of(accounts)
        counted = tables.parties_in(accounts, each, hub, len(names))
        shown, _ = pairs(hub, tables.party[accounts][each])
        assert counted.tolist() == np.bincount(shown, minlength=len(names)).tolist()
        assert counted.tolist() == spokes.parties[names].tolist()
