"""Moments of several parties that coincide: the null model of co-action."""

from __future__ import annotations

import numpy as np

from stillwatch.detect.nulls.jitter import CoAction, Used, co_action

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
NOBODYS = np.zeros(60, bool)


def weighed(seconds: np.ndarray, party: np.ndarray, **more: float) -> CoAction | None:
    order = np.argsort(seconds, kind="stable")
    at = (seconds[order] * SECOND).astype(np.int64)
    used = Used(at, np.zeros(len(at), np.int64), party[order])
    return co_action(used, NOBODYS, within=10 * SECOND, **more)  # type: ignore[arg-type]


def office(rng: np.random.Generator, count: int) -> np.ndarray:
    hours: np.ndarray = rng.integers(0, 20, count) * 86_400 + rng.normal(13, 2, count) * 3600
    return hours


def sittings(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """A dozen parties that come for some exchanges in the same two hours."""
    begin = rng.integers(0, 20, count) * 86_400 + rng.uniform(9, 11, count) * 3600
    steps = np.arange(8)[None, :] * rng.exponential(40, (count, 1))
    return (begin[:, None] + steps).ravel(), np.repeat(rng.integers(0, 12, count), 8)


def test_strangers_with_one_rhythm_do_not_act_together() -> None:
    rng = np.random.default_rng(1)
    shares = []
    for _ in range(40):
        for seconds, party in (
            (office(rng, 2000), rng.integers(0, 12, 2000)),
            sittings(rng, 250),
        ):
            found = weighed(seconds, party)
            assert found is not None
            shares.append(found.share)
    assert (np.array(shares) < 0.05).mean() < 0.05


def test_a_tenth_of_all_exchanges_in_step_is_seen() -> None:
    rng = np.random.default_rng(2)
    seconds, party = office(rng, 2000), rng.integers(0, 12, 2000)
    follower = rng.choice(2000, 200, replace=False)
    seconds[follower] = seconds[rng.integers(0, 2000, 200)] + rng.uniform(0, 5, 200)
    found = weighed(seconds, party)
    assert found is not None
    assert found.share < 0.001
    assert found.observed > 1.5 * found.expected


def test_timers_of_strangers_are_what_moving_by_hours_and_minutes_keeps() -> None:
    rng = np.random.default_rng(3)
    day, party = np.repeat(np.arange(20), 30), np.tile(np.arange(10), 60)
    nightly = day * 86_400 + 37 * 60 + 3600 * np.repeat(rng.integers(1, 5, 60), 10)
    steps = rng.integers(0, 20 * 24 * 60, 600) * 60.0
    for seconds in (nightly.astype(float), steps):
        found = weighed(seconds + rng.uniform(0, 2, 600), party)
        assert found is not None
        assert found.share > 0.05


def test_one_day_and_one_hour_are_left_out() -> None:
    rng = np.random.default_rng(4)
    seconds, party = office(rng, 1000), rng.integers(0, 12, 1000)
    launch = 5 * 86_400 + np.repeat(rng.uniform(0, 86_400, 40), 6) + rng.uniform(0, 5, 240)
    lesson = np.repeat(np.arange(20) * 86_400 + 50_000, 6) + rng.uniform(0, 5, 120)
    for event in (launch, lesson):
        together = np.concatenate([seconds, event])
        found = weighed(together, np.concatenate([party, np.arange(len(event)) % 6]))
        assert found is not None
        assert found.share > 0.05


def test_a_burst_is_one_moment_and_what_is_too_little_is_nothing() -> None:
    steps = np.arange(50) * 2.0
    found = weighed(np.concatenate([steps, steps + 1]), np.repeat([0, 1], 50))
    assert found is not None
    assert found.observed <= 1
    assert weighed(np.concatenate([steps, steps + 1]), np.repeat([0, 1], 50), least=2) is None
    nothing = np.empty(0, np.int64)
    assert co_action(Used(nothing, nothing, nothing), NOBODYS, within=SECOND) is None


def test_a_minute_of_everybodys_is_not_looked_at() -> None:
    at = np.arange(40, dtype=np.int64) // 2 * HOUR
    used = Used(at, np.zeros(40, np.int64), np.arange(40) % 2)
    everybodys = NOBODYS.copy()
    everybodys[0] = True
    assert co_action(used, everybodys, within=SECOND) is None
    assert co_action(used, NOBODYS, within=SECOND) is not None
