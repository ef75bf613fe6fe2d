"""Calibration error is zero for honest probabilities and counts campaigns, not their accounts."""

from __future__ import annotations

import bench_builders as build
import numpy as np
import pytest

from stillwatch.bench.reliability import Judged, customers, reliability


def _judged(said: list[float], true: list[bool], operator: list[int]) -> Judged:
    return Judged(said=np.array(said), true=np.array(true), operator=np.array(operator))


def test_probabilities_that_come_true_as_often_as_said_have_no_error() -> None:
    rng = np.random.default_rng(1)
    said = rng.uniform(0.05, 0.95, 40_000)
    true = rng.random(40_000) < said
    found = reliability([Judged(said=said, true=true, operator=np.arange(40_000))])
    assert found.ece < 0.02
    assert all(abs(b.said - b.true) < 0.05 for b in found.bins)


def test_the_error_is_the_mean_distance_by_bin() -> None:
    found = reliability([_judged([0.9, 0.9, 0.1, 0.1], [True, False, False, False], [0, 1, 2, 3])])
    assert found.ece == pytest.approx((2 * 0.4 + 2 * 0.1) / 4)
    assert found.brier == pytest.approx((0.01 + 0.81 + 0.01 + 0.01) / 4)


def test_silence_is_counted_apart() -> None:
    found = reliability([_judged([0.9, *[0.0] * 99], [False] * 100, list(range(100)))])
    assert found.with_evidence == 1
    assert (found.ece, found.ece_among) == (pytest.approx(0.009), pytest.approx(0.9))


def test_one_campaign_of_many_accounts_is_one_draw_of_the_bootstrap() -> None:
    said, true = [0.9] * 200 + [0.1] * 200, [True] * 200 + [False] * 200
    apart = reliability([_judged(said, true, list(range(400)))])
    together = reliability([_judged(said, true, [0] * 200 + list(range(1, 201)))])
    width = together.ece_among_high - together.ece_among_low
    assert apart.ece_among == together.ece_among
    assert width >= apart.ece_among_high - apart.ece_among_low


def test_a_customer_is_as_suspect_as_its_most_suspect_account() -> None:
    world = build.truth({"chat": 4}, {"red": 2})
    party = np.where(np.char.startswith(world.ids, "chat"), "firm", world.ids)
    world = type(world)(
        folder=world.folder, ids=world.ids, kind=world.kind, campaign=world.campaign,
        role=world.role, owner=world.owner, party=party, campaigns=world.campaigns,
    )  # fmt: skip
    found = customers(world, build.observed(probability={"chat-001": 0.4, "red-000": 0.8}))
    assert sorted(found.said.tolist()) == [0.0, 0.4, 0.8]
    assert found.true.sum() == 2
