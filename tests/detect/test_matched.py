"""What the null of equally busy customers promises."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.detect.nulls.matched import Peers, among_groups, spoken, typical
from stillwatch.detect.units import Units
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group

Floats = npt.NDArray[np.float64]


def tables_of(party: npt.NDArray[np.int64]) -> Tables:
    return cast("Tables", SimpleNamespace(party=party, parties=int(party.max()) + 1))


def peers_of(values: Floats, size: Floats, party: npt.NDArray[np.int64] | None = None) -> Peers:
    party = np.arange(len(values)) if party is None else party
    return Peers.of(tables_of(party), values, size)


def test_an_ordinary_group_has_an_ordinary_share() -> None:
    rng = np.random.default_rng(1)
    typicals = []
    for _ in range(100):
        size = rng.lognormal(3, 1, 600)
        values = rng.normal(np.log(size), 1)  # busier accounts have larger values
        group = Group(accounts=np.sort(rng.choice(600, 20, replace=False)))
        typicals.append(typical(peers_of(values, size).shares(group)))
    assert np.mean(typicals) == pytest.approx(0.5, abs=0.03)
    assert np.mean(np.array(typicals) < 0.25) < 0.05


def test_a_group_of_busy_accounts_is_not_odd_for_being_busy() -> None:
    rng = np.random.default_rng(2)
    size = rng.lognormal(3, 1, 2000)
    values = np.log(size) + rng.normal(0, 0.2, 2000)
    busiest = np.sort(np.argsort(-size)[100:130])
    assert typical(peers_of(values, size).shares(Group(accounts=busiest))) > 0.2


def test_a_group_does_not_hide_in_its_own_crowd() -> None:
    values = np.concatenate([np.zeros(50), np.ones(500)])
    group = Group(accounts=np.arange(50, 550))
    assert typical(peers_of(values, np.ones(550)).shares(group)) == pytest.approx(1 / 51)


def test_a_customer_with_many_accounts_counts_once() -> None:
    party = np.concatenate([np.zeros(400, np.int64), np.arange(1, 101)])
    values = np.concatenate([np.ones(400), np.zeros(100)])
    group = Group(accounts=np.arange(490, 500))
    mine = values.copy()
    mine[490:] = 1
    assert typical(peers_of(mine, np.ones(500), party).shares(group)) == pytest.approx(2 / 92)


def test_an_account_without_a_value_says_nothing() -> None:
    values = np.array([np.nan, np.nan, 1.0, 0.0, 0.0])
    shares = peers_of(values, np.ones(5)).shares(Group(accounts=np.array([0, 1, 2])))
    assert np.isnan(shares[:2]).all()
    assert np.isnan(typical(shares))


@settings(max_examples=50)
@given(st.lists(st.one_of(st.none(), st.floats(0.001, 1)), max_size=40))
def test_other_groups_only_make_a_group_less_odd(shares: list[float | None]) -> None:
    own = np.array([np.nan if s is None else s for s in shares], dtype=np.float64)
    seen = among_groups(own)
    known = ~np.isnan(own)
    assert (np.isnan(seen) == np.isnan(own)).all()
    assert (seen[known] >= own[known]).all()
    assert (seen[known] <= 1).all()


def test_what_every_group_does_is_no_evidence() -> None:
    groups = [Group(accounts=np.array([i])) for i in range(20)]
    said = spoken(groups, np.full(20, 0.001), lambda *_: "so.", agree=0.25, ceiling=3)
    assert said == [None] * 20


@settings(max_examples=50)
@given(st.integers(1, 300), st.integers(0, 2**31))
def test_units_are_ranked_as_a_plain_count_would(others: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.concatenate([[0.5], np.round(rng.random(others), 1)])
    units = Units(1, np.arange(others))
    expected = (1 + (values[1:] >= 0.5).sum()) / (1 + others)
    assert units.rank(values)[0] == pytest.approx(expected)
    if others <= 200:
        nearest: Any = units.rank_nearest(values, rng.random(others + 1))
        assert nearest[0] == pytest.approx(expected)
