"""The expected share of false reports, and the threshold that bounds it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stillwatch.assess.discovery import expected_false, threshold

PROBABILITIES = st.lists(st.floats(0.01, 0.999), max_size=30)


@given(PROBABILITIES, st.floats(0.01, 1.0), st.floats(0.0, 1.0))
@example([0.625, 0.625, 0.875], 0.25, 0.0)  # two are equal, and only one of them had room
def test_the_expected_share_stays_within_the_bound(
    probabilities: list[float], share: float, least: float
) -> None:
    at = threshold(probabilities, share, least=least)
    reported = [p for p in probabilities if p >= at]
    assert at >= least
    assert expected_false(reported) <= share * len(reported) + 1e-9


@given(PROBABILITIES, st.floats(0.01, 1.0))
def test_no_larger_set_from_the_top_keeps_to_the_bound(
    probabilities: list[float], share: float
) -> None:
    at = threshold(probabilities, share, least=0.0)
    below = sorted({p for p in probabilities if p < at}, reverse=True)
    for p in below:
        reported = [q for q in probabilities if q >= p]
        assert expected_false(reported) > share * len(reported) - 1e-9


def test_reports_are_as_false_as_was_said_where_probabilities_are_true() -> None:
    rng = np.random.default_rng(1)
    said = rng.beta(0.3, 1.0, 20_000)
    true = rng.random(20_000) < said
    reported = said >= threshold(said.tolist(), 0.1, least=0.0)
    assert 1 - true[reported].mean() == pytest.approx(0.1, abs=0.02)


def test_with_no_group_the_threshold_stays() -> None:
    assert threshold([], 0.1, least=0.7) == 0.7
    assert threshold([0.3], 0.1, least=0.7) == 0.7
