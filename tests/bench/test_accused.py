"""Honest accounts that were accused, by kind, with an upper bound."""

from __future__ import annotations

import bench_builders as build
import pytest
from scipy import stats

from stillwatch.bench.accused import pool, score_accusations, upper_per_100k

TRUTH = build.truth({"chat": 90, "class": 10}, {"red": 20, "stolen": 5}, victims=("stolen",))


def test_named_and_reported_honest_accounts_are_counted_by_kind() -> None:
    seen = build.observed(
        build.group(0.8, *build.some("red", 20), *build.some("class", 3)),
        probability={"class-000": 0.95, "class-001": 0.89, "chat-000": 0.9, "red-000": 0.99},
    )
    found = score_accusations(TRUTH, seen, named_at=0.9, report_at=0.7)
    by = {k.kind: (k.accounts, k.named, k.reported, k.highest) for k in found.kinds}
    assert by == {"chat": (90, 1, 0, 0.9), "class": (10, 1, 3, 0.95)}
    assert (found.total.accounts, found.total.named, found.total.reported) == (100, 2, 3)
    assert found.total.per_100k == 2000


def test_a_group_below_the_threshold_accuses_nobody() -> None:
    seen = build.observed(build.group(0.6, *build.some("class", 10)))
    assert score_accusations(TRUTH, seen, named_at=0.9, report_at=0.7).total.reported == 0


def test_a_victim_is_accused_only_if_more_than_telling_it_is_recommended() -> None:
    seen = build.observed(
        probability={"stolen-000": 0.95, "stolen-001": 0.95, "stolen-002": 0.3},
        action={"stolen-000": "notify_owner", "stolen-001": "hold", "stolen-002": "hold"},
    )
    found = score_accusations(TRUTH, seen, named_at=0.9, report_at=0.7)
    assert (found.victims, found.victims_accused) == (5, 1)


@pytest.mark.parametrize(("count", "of"), [(0, 60_000), (3, 1000), (7, 8)])
def test_the_upper_bound_leaves_so_few_a_chance_of_one_in_twenty(count: int, of: int) -> None:
    rate = upper_per_100k(count, of) / 100_000
    assert stats.binom.cdf(count, of, rate) == pytest.approx(0.05, rel=1e-3)


def test_worlds_are_pooled_by_adding_counts() -> None:
    seen = build.observed(probability={"class-000": 0.95})
    one = score_accusations(TRUTH, seen, named_at=0.9, report_at=0.7)
    both = pool([one, one])
    assert [(k.kind, k.accounts, k.named) for k in both.kinds] == [
        ("chat", 180, 0),
        ("class", 20, 2),
    ]
