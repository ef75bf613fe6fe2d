"""Baselines against what can be computed by hand or by trying everything."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.bench.baselines.co_action import co_actions, pair_weights
from stillwatch.bench.baselines.compare import operating_points
from stillwatch.bench.baselines.dense_blocks import densest_block
from stillwatch.bench.baselines.mmd_window import mmd
from stillwatch.bench.baselines.registry import baselines

ACTS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 50)), min_size=1, max_size=25
)


def test_every_baseline_is_found_by_its_file() -> None:
    assert [b.name for b in baselines()] == [
        "co_action", "dense_blocks", "exact_template", "mmd_window", "rate_limit",
    ]  # fmt: skip


@given(ACTS)
def test_co_actions_are_those_of_trying_every_pair(acts: list[tuple[int, int, int]]) -> None:
    what, who, at = (np.array(column, np.int64) for column in zip(*acts, strict=True))
    found = co_actions(what, who, at, window=10, ahead=None)
    naive = {
        (a[0], min(a[1], b[1]), max(a[1], b[1]))
        for a, b in combinations(acts, 2)
        if a[0] == b[0] and a[1] != b[1] and abs(a[2] - b[2]) <= 10
    }
    assert set(zip(*(c.tolist() for c in found), strict=True)) == naive


def test_the_weight_of_a_pair_is_the_number_of_its_objects() -> None:
    one, two, weight = pair_weights(np.array([0, 0, 1]), np.array([1, 1, 2]))
    assert (one.tolist(), two.tolist(), weight.tolist()) == ([0, 1], [1, 2], [2, 1])


def test_the_planted_block_is_the_densest() -> None:
    rng = np.random.default_rng(2)
    noise = np.unique(np.stack([rng.integers(20, 200, 300), rng.integers(10, 200, 300)]), axis=1)
    block = np.array([(r, c) for r in range(20) for c in range(10)]).T
    edges = np.concatenate([block, noise], axis=1)
    rows, columns, _ = densest_block(edges[0], edges[1])
    assert rows.tolist() == list(range(20))
    assert columns.tolist() == list(range(10))


@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=14))
def test_greedy_peeling_is_within_a_factor_of_two(edges: set[tuple[int, int]]) -> None:
    row, column = (np.array(c, np.int64) for c in zip(*sorted(edges), strict=True))
    weight = 1 / np.log(np.bincount(column) + 5.0)
    best = 0.0
    for rows in range(1, 2**5):
        for columns in range(1, 2**4):
            inside = [
                weight[c] for r, c in zip(row, column, strict=True)
                if rows >> r & 1 and columns >> c & 1
            ]  # fmt: skip
            best = max(best, sum(inside) / (rows.bit_count() + columns.bit_count()))
    _, _, density = densest_block(row, column)
    assert best / 2 - 1e-9 <= density <= best + 1e-9


def test_mmd_is_near_zero_for_one_distribution_and_large_for_two() -> None:
    rng = np.random.default_rng(3)
    same = mmd(rng.normal(size=(200, 4)), rng.normal(size=(300, 4)), 4.0)
    apart = mmd(rng.normal(size=(200, 4)) + 2, rng.normal(size=(300, 4)), 4.0)
    assert abs(same) < 0.01
    assert apart > 0.2


def test_at_most_the_budget_of_honest_accounts_is_flagged_even_where_scores_tie() -> None:
    score = np.array([5.0, 5, 5, 1, 1, 9, 9, 5])
    campaign = np.array(["", "", "", "", "", "red", "red", "red"])
    found = operating_points("any", score, campaign)
    assert found.points[-1].honest == 0
    assert found.points[-1].recall == pytest.approx(2 / 3)
    assert found.auc == pytest.approx((1 + 1 + (2 + 1.5) / 5) / 3)


def test_an_account_of_which_a_method_says_nothing_is_never_flagged() -> None:
    campaign = np.array(["", *["red"] * 3])
    found = operating_points("any", np.array([0.0, 0, np.nan, -1]), campaign)
    assert {p.recall for p in found.points} == {0.0}


def test_where_nobody_is_guilty_there_is_nothing_to_compare() -> None:
    found = operating_points("any", np.array([1.0, 2.0]), np.array(["", ""]))
    assert found.auc is None
    assert found.campaigns == 0
