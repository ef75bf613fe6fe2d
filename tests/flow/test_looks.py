"""Few looks date many campaigns, and never to a moment at which they were not seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.pipeline.looks import Brackets

MOMENTS = 257


def _made(begins: list[float], ends: list[float]) -> np.ndarray:
    at = np.linspace(0, 1, MOMENTS)
    first, last = np.minimum(begins, ends)[:, None], np.maximum(begins, ends)[:, None]
    return np.clip((at - first) / np.maximum(last - first, 1e-6), 0, 1)


def _searched(brackets: Brackets, truth: np.ndarray, looks: int, least: float = 0.0) -> int:
    for spent in range(looks):
        at = brackets.following(least=least)
        if at is None:
            return spent
        brackets.looked(at, truth <= at)
    return looks


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(0, 300))
def test_the_bracket_always_holds_the_moment(seed: int, campaigns: int, looks: int) -> None:
    rng = np.random.default_rng(seed)
    made = _made(list(rng.random(campaigns)), list(rng.random(campaigns)))
    truth = rng.integers(1, MOMENTS, campaigns)
    brackets = Brackets(made, np.zeros(campaigns, np.int64))
    spent = _searched(brackets, truth, looks)
    assert (brackets.low < truth).all()
    assert (truth <= brackets.high).all()
    if spent < looks:
        assert (brackets.high - brackets.low == 1).all(), "it ends when nothing is left to find"


def test_one_campaign_is_found_by_halving() -> None:
    brackets = Brackets(_made([0.0], [1.0]), np.zeros(1, np.int64))
    assert _searched(brackets, np.array([77]), 1000) == 8
    assert brackets.high[0] == 77


def test_few_looks_date_all_campaigns_and_not_only_the_first() -> None:
    rng = np.random.default_rng(5)
    begins = rng.uniform(0, 0.6, 20)
    made = _made(list(begins), list(begins + 0.35))
    truth = np.array([int(np.searchsorted(row, 0.1)) for row in made])
    brackets = Brackets(made, (begins * (MOMENTS - 1)).astype(np.int64))
    _searched(brackets, truth, 6)
    missed = made[np.arange(20), brackets.high] - made[np.arange(20), truth]
    assert np.median(missed) < 0.2
    assert missed.max() < 0.5


def test_a_look_that_would_tell_next_to_nothing_is_spared() -> None:
    brackets = Brackets(_made([0.5], [0.51]), np.zeros(1, np.int64))
    assert _searched(brackets, np.array([131]), 1000, least=0.2) < 3


def test_without_campaigns_there_is_nothing_to_look_at() -> None:
    brackets = Brackets(np.zeros((0, MOMENTS)), np.zeros(0, np.int64))
    assert brackets.following() is None


@pytest.mark.parametrize("moments", [1, 2])
def test_a_campaign_of_one_step_is_dated_to_its_end(moments: int) -> None:
    brackets = Brackets(np.ones((1, moments)), np.zeros(1, np.int64))
    assert brackets.following() is None
    assert brackets.high[0] == moments - 1
