"""Two questions become one probability: weighed evidence, a joint table, and guards that lower."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.assess import answers, assess, both
from stillwatch.assess.weights import weighed
from stillwatch.schema.results import Group, Signal

GROUP = Group(accounts=np.arange(20, dtype=np.int64), streams=np.empty(0, np.int64))
FAMILY = {
    "same_span": "coordination",
    "work_queue": "coordination",
    "shared_means": "identity",
    "elicitation": "training_value",
    "own_output": "training_value",
    "pooled_volume": "volume",
    "reasoning_replay": "integrity",
}
BITS = st.dictionaries(st.sampled_from(sorted(FAMILY)), st.floats(-4, 8), max_size=6)


def _signals(bits: dict[str, float]) -> list[tuple[str, str, Signal]]:
    return [(d, FAMILY[d], Signal(bits=b, reason=f"{d} says so.")) for d, b in bits.items()]


def _probability(**bits: float) -> float:
    return assess(GROUP, _signals(bits), np.zeros(20), 20).probability


@given(BITS, st.integers(3, 300))
def test_each_answer_is_what_the_joint_table_gives_it(bits: dict[str, float], parties: int) -> None:
    operator, harvest = answers(_signals(bits), parties)
    together = both(operator, harvest, parties)
    assert together <= min(operator.probability, harvest.probability) + 1e-9
    assert together >= operator.probability + harvest.probability - 1 - 1e-9


@given(BITS, st.sampled_from(sorted(FAMILY)), st.floats(0, 4))
def test_more_for_it_never_makes_a_campaign_less_likely(
    bits: dict[str, float], detector: str, more: float
) -> None:
    stronger = bits | {detector: bits.get(detector, 0.0) + more}
    assert _probability(**stronger) >= _probability(**bits) - 1e-9


def test_one_question_alone_accuses_nobody() -> None:
    assert _probability(same_span=8, shared_means=8, work_queue=8) <= 0.3
    assert _probability(elicitation=8, own_output=8, pooled_volume=2) <= 0.3


def test_nobody_is_named_for_work_that_no_training_set_wants() -> None:
    acting = {"same_span": 5.0, "work_queue": 4.0, "shared_means": 8.0, "pooled_volume": 6.0}
    assert _probability(**acting) == pytest.approx(0.85)
    assert _probability(**acting, elicitation=4) > 0.9


def test_a_shared_card_is_worth_less_than_beginning_and_ending_alike() -> None:
    assert weighed("shared_means", 4) < weighed("same_span", 4)


def test_a_proof_decides_alone_and_two_blocks_do_not() -> None:
    assert _probability(reasoning_replay=14, pooled_volume=2) > 0.9
    assert _probability(reasoning_replay=6, pooled_volume=2) < 0.7


def test_a_detector_that_had_no_part_in_the_fit_counts_as_it_says() -> None:
    assert weighed("a detector of one's own", 3) == 3
