"""Rates need many requests, forget, and pool."""

from __future__ import annotations

import pytest

from stillwatch.protect.rates import ENOUGH, HALF_LIFE, Rate, Rates, share


def test_a_few_requests_are_no_rate_however_they_ask() -> None:
    rates = Rates()
    for _ in range(int(ENOUGH) - 1):
        rates.note("a", hit=True, now=0.0)
        assert rates.share("a", 0.0) == 0.0
    rates.note("a", hit=False, now=0.0)
    assert rates.share("a", 0.0) == pytest.approx(1 - 1 / ENOUGH)


def test_what_was_asked_long_ago_counts_less_and_then_nothing() -> None:
    rates = Rates()
    for _ in range(40):
        rates.note("a", hit=True, now=0.0)
    for _ in range(20):
        rates.note("a", hit=False, now=HALF_LIFE)
    assert rates.share("a", HALF_LIFE) == pytest.approx(0.5)
    assert rates.share("a", 9 * HALF_LIFE) == 0.0


def test_accounts_that_are_too_quiet_alone_are_a_rate_together() -> None:
    four = [Rate(requests=4.0, hits=4.0, at=0.0)] * 10
    assert share(four[:1], 0.0) == 0.0
    assert share(four, 0.0) == 1.0


def test_the_least_recent_key_goes_first() -> None:
    rates = Rates(most=2)
    for name in ("a", "b", "c"):
        for _ in range(30):
            rates.note(name, hit=True, now=0.0)
    assert [rates.share(name, 0.0) for name in ("a", "b", "c")] == [0.0, 1.0, 1.0]
