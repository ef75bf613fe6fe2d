"""Which planted campaigns count as found, and what is no planted campaign's."""

from __future__ import annotations

import bench_builders as build

from stillwatch.bench.found import score_campaigns, strays
from stillwatch.bench.summary import labels

TRUTH = build.truth({"chat": 100}, {"red": 50, "blue": 10})


def test_a_pure_group_that_holds_a_fifth_is_found() -> None:
    seen = build.observed(build.group(0.8, *build.some("red", 10)))
    red, blue = score_campaigns(TRUTH, seen, report_at=0.7)
    assert (red.found, red.recall, red.purity, red.parts) == (True, 0.2, 1.0, 1)
    assert (blue.found, blue.recall, blue.purity) == (False, 0.0, None)


def test_a_group_that_holds_less_is_not_found() -> None:
    seen = build.observed(build.group(0.8, *build.some("red", 9)))
    assert not score_campaigns(TRUTH, seen, report_at=0.7)[0].found


def test_a_group_that_is_mostly_honest_is_not_found_and_is_a_stray() -> None:
    mixed = build.group(0.8, *build.some("red", 20), *build.some("chat", 21))
    seen = build.observed(mixed)
    assert not score_campaigns(TRUTH, seen, report_at=0.7)[0].found
    assert strays(TRUTH, seen, report_at=0.7) == (mixed,)


def test_a_group_below_the_threshold_is_not_reported() -> None:
    seen = build.observed(build.group(0.69, *build.some("red", 50)))
    assert not score_campaigns(TRUTH, seen, report_at=0.7)[0].found


def test_pieces_of_one_campaign_are_taken_together_and_counted() -> None:
    seen = build.observed(
        build.group(0.9, *build.some("red", 20)),
        build.group(0.8, *build.some("red", 30)[15:], *build.some("chat", 5)),
    )
    red = score_campaigns(TRUTH, seen, report_at=0.7)[0]
    assert (red.parts, red.recall, red.probability) == (2, 0.6, 0.9)
    assert red.purity == 30 / 35


def test_capability_labels_count_over_found_campaigns_only() -> None:
    seen = build.observed(
        build.group(0.9, *build.some("red", 50), capabilities=("coding", "vision")),
        build.group(0.1, *build.some("blue", 10), capabilities=("vision",)),
    )
    given = labels(score_campaigns(TRUTH, seen, report_at=0.7))
    assert (given.precision, given.recall) == (0.5, 0.5)
