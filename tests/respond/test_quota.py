"""One quota for all accounts of a campaign."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.respond.actions import Effect, effect
from stillwatch.respond.facts import Facts
from stillwatch.respond.policy import parse_policy
from stillwatch.respond.quota import LocalBuckets, quota_key

SLOW = Effect(requests_per_minute=60, burst=3)


def test_members_of_a_campaign_share_one_quota(
    suspect: Callable[..., Facts], now: datetime
) -> None:
    policy = parse_policy(
        'version: "1"\nrules:\n  - {name: q, when: {probability_at_least: 0.9}, then: quota,'
        " with: {requests_per_minute: 60, burst: 3}, enforce: true}\n",
        "p.yaml",
    )
    buckets = LocalBuckets()
    decided = [policy.decide(suspect(account_id=f"a-{i}"), at=now) for i in range(5)]
    waits = [buckets.take(quota_key(d), effect(d), now=100.0) for d in decided]
    assert [wait is None for wait in waits] == [True, True, True, False, False]
    other = policy.decide(suspect(account_id="b", campaign_id="c-2"), at=now)
    assert buckets.take(quota_key(other), effect(other), now=100.0) is None


def test_who_waits_as_long_as_told_is_served() -> None:
    buckets = LocalBuckets()
    for _ in range(3):
        assert buckets.take("c", SLOW, now=5.0) is None
    wait = buckets.take("c", SLOW, now=5.0)
    assert wait is not None
    assert wait.total_seconds() == pytest.approx(1.0)
    assert buckets.take("c", SLOW, now=5.9) is not None
    assert buckets.take("c", SLOW, now=6.01) is None


@given(st.lists(st.floats(0, 120), min_size=1, max_size=200))
def test_no_window_serves_more_than_burst_and_rate_allow(moments: list[float]) -> None:
    buckets = LocalBuckets()
    times = sorted(moments)
    served = [t for t in times if buckets.take("c", SLOW, now=t) is None]
    for i, start in enumerate(served):
        for j in range(i, len(served)):
            assert j - i + 1 <= 3 + (served[j] - start) * 1.0 + 1e-6


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    buckets = LocalBuckets()
    for _ in range(3):
        buckets.take("c", SLOW, now=1000.0)
    assert buckets.take("c", SLOW, now=0.0) is not None
    assert buckets.take("c", SLOW, now=1000.0) is not None


def test_without_a_rate_there_is_no_quota_and_forgetting_fills_up() -> None:
    buckets = LocalBuckets()
    assert all(buckets.take("c", Effect(), now=0.0) is None for _ in range(100))
    for _ in range(3):
        buckets.take("c", SLOW, now=0.0)
    buckets.forget("c")
    assert buckets.take("c", SLOW, now=0.0) is None


def test_threads_do_not_serve_more_than_one_would() -> None:
    buckets = LocalBuckets()
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: buckets.take("c", SLOW, now=1.0), range(400)))
    assert sum(wait is None for wait in waits) == 3


def test_memory_is_bounded() -> None:
    buckets = LocalBuckets(most=10)
    for i in range(1000):
        buckets.take(str(i), SLOW, now=0.0)
    assert len(buckets._buckets) == 10
