"""Hours together: the null model of lockstep."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detect.nulls.rhythm import Together, together

DAYS, HOURS = 21, 24
WEEKDAY = np.arange(DAYS) % 7
CALM = np.ones((DAYS, HOURS))


def look(rate: np.ndarray, rng: np.random.Generator, around: np.ndarray = CALM) -> Together:
    """Draw counts at a rate, party × day × hour, and compare the parties."""
    return together(rng.poisson(rate).astype(float), around, WEEKDAY)


def independent(rng: np.random.Generator, parties: int = 12) -> np.ndarray:
    """Each with its own habits and its own bursts, none of them shared."""
    habit = rng.gamma(0.5, 2.0, (parties, 1, HOURS))
    return habit * rng.gamma(0.5, 2.0, (parties, DAYS, HOURS))


def test_the_p_values_of_strangers_are_fair() -> None:
    rng = np.random.default_rng(1)
    shares = np.array([look(independent(rng), rng).share for _ in range(400)])
    assert (shares < 0.05).mean() < 0.08
    assert (shares < 0.002).mean() < 0.015


def test_a_shared_scheduler_shows() -> None:
    rng = np.random.default_rng(2)
    running = rng.random((1, DAYS, HOURS)) < 0.3
    found = look(3.0 * np.repeat(running, 8, axis=0), rng)
    assert found.correlation > 0.2
    assert found.share < 1e-6


def test_accounts_that_take_turns_show_below_zero() -> None:
    rng = np.random.default_rng(3)
    turn = rng.integers(0, 4, (DAYS, HOURS))
    found = look(4.0 * (turn[None] == np.arange(4)[:, None, None]), rng)
    assert found.correlation < -0.1
    assert found.share < 1e-4


@pytest.mark.parametrize("kind", ["office", "nightly", "timetable"])
def test_weekly_habits_are_no_coordination(kind: str) -> None:
    rng = np.random.default_rng(4)
    hours = np.arange(HOURS)[None, :]
    lesson = np.array([9, 14, 11, 9, 15, 0, 0])[WEEKDAY][:, None]
    rate = {
        "office": np.where((hours >= 9) & (hours < 17), 2.0, 0.02) * (WEEKDAY[:, None] < 5),
        "nightly": np.where(hours == 2, 20.0, 0.0) * np.ones((DAYS, 1)),
        "timetable": np.where(hours == lesson, 8.0, 0.0) * (WEEKDAY[:, None] < 5),
    }[kind]
    shares = [look(np.repeat(rate[None], 20, axis=0), rng).share for _ in range(30)]
    assert np.median(shares) > 0.2
    assert min(shares) > 1e-3


def test_one_common_event_is_left_out() -> None:
    rng = np.random.default_rng(5)
    habit = np.where((np.arange(HOURS) >= 8) & (np.arange(HOURS) < 20), 1.0, 0.05)
    shares = []
    for _ in range(20):
        rate = np.repeat(np.tile(habit, (DAYS, 1))[None], 20, axis=0)
        rate[:, 9, 21:24] = 10.0
        shares.append(look(rate, rng).share)
    assert np.median(shares) > 0.1
    assert min(shares) > 1e-3


def test_an_outage_of_the_platform_is_the_mood_of_the_day() -> None:
    rng = np.random.default_rng(6)
    around = np.where(rng.random((DAYS, HOURS)) < 0.2, 0.05, 1.0)
    found = look(np.repeat(3.0 * around[None], 20, axis=0), rng, around)
    assert found.share > 1e-3 or abs(found.correlation) < 0.01


def test_less_than_two_weeks_say_nothing() -> None:
    rng = np.random.default_rng(7)
    running = rng.random((1, 7, HOURS)) < 0.3
    counts = rng.poisson(3.0 * np.repeat(running, 8, axis=0)).astype(float)
    assert together(counts, CALM[:7], WEEKDAY[:7]).share == 1.0
