"""Starts after stops: the null model of hand-offs."""

from __future__ import annotations

import numpy as np

from stillwatch.detect.nulls.calibrated import surprise_bits
from stillwatch.detect.nulls.succession import succession

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def strangers(rng: np.random.Generator, parties: int) -> tuple[np.ndarray, np.ndarray]:
    """By day, for some days, each on its own."""
    first = rng.integers(0, 20, parties) * DAY + (9 * HOUR + rng.exponential(4 * HOUR, parties))
    last = first + rng.exponential(3 * DAY, parties)
    return first.astype(np.int64), last.astype(np.int64)


def test_a_chain_of_accounts_is_no_chance() -> None:
    rng = np.random.default_rng(1)
    lengths = rng.uniform(14 * HOUR, 40 * HOUR, 12)
    last = np.cumsum(lengths + 5 * MINUTE).astype(np.int64)
    first = (last - lengths).astype(np.int64)
    found = succession(first, last, 15 * MINUTE)
    assert found.observed == 11
    assert found.mirrored == 0
    assert found.share < 0.01


def test_strangers_rarely_look_like_a_chain() -> None:
    rng = np.random.default_rng(2)
    shares = np.array([succession(*strangers(rng, 40), 2 * HOUR).share for _ in range(300)])
    assert (shares < 0.05).mean() < 0.05
    assert (shares < 0.005).mean() < 0.01


def test_a_burst_of_short_visits_is_one_event() -> None:
    rng = np.random.default_rng(3)
    first = np.sort(rng.integers(0, HOUR, 200))
    last = first + rng.integers(0, 5 * MINUTE, 200)
    found = succession(first, last, 15 * MINUTE)
    assert found.observed <= 1
    assert found.share > 0.2


def test_two_sections_of_a_class_are_one_hand_off() -> None:
    early = np.arange(20) * MINUTE
    first = np.concatenate([early, early + HOUR + 5 * MINUTE])
    found = succession(first, first + 40 * MINUTE, 15 * MINUTE)
    assert found.observed <= 1


def test_the_order_of_the_parties_does_not_matter() -> None:
    rng = np.random.default_rng(4)
    first, last = strangers(rng, 30)
    order = rng.permutation(30)
    one, other = succession(first, last, HOUR), succession(first[order], last[order], HOUR)
    assert (one.observed, one.mirrored, one.share) == (other.observed, other.mirrored, other.share)


def test_one_party_hands_nothing_over() -> None:
    found = succession(np.array([5]), np.array([9]), HOUR)
    assert found.observed == 0
    assert found.share == 1.0


def test_a_surprise_is_worth_more_the_rarer_it_is() -> None:
    bits = [surprise_bits(p, agree=0.4, ceiling=9) for p in (0.9, 0.3, 0.05, 0.01, 1e-3, 1e-4, 0)]
    assert bits == sorted(bits)
    assert bits[0] == bits[1] == 0
    assert bits[-1] == 9
