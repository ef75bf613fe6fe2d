"""Joining groups, and telling them apart again where the whole is less of a campaign."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.campaign import Believed, part
from stillwatch.schema.results import Group


def _believed(first: int, after: int, probability: float, bits: float) -> Believed:
    accounts = np.arange(first, after, dtype=np.int64)
    group = Group(accounts=accounts, streams=np.empty(0, np.int64))
    return Believed(group=group, probability=probability, operator_bits=bits)


def _sizes(groups: list[Group]) -> list[int]:
    return [len(g.accounts) for g in groups]


def test_a_whole_that_is_as_much_one_operator_as_its_parts_stays() -> None:
    whole = _believed(0, 60, 0.9, 7.0)
    parts = [_believed(0, 40, 0.85, 5.0), _believed(40, 60, 0.7, 4.0)]
    assert _sizes(part([whole], parts)) == [60]


def test_a_likely_part_does_not_lose_by_what_was_joined_to_it() -> None:
    whole = _believed(0, 94, 0.65, 0.9)
    parts = [_believed(53, 94, 0.85, 6.0), _believed(0, 53, 0.6, -4.5)]
    assert _sizes(part([whole], parts)) == [53, 41]


def test_two_crews_that_look_less_like_one_operator_together_are_two() -> None:
    whole = _believed(0, 484, 0.85, 5.0)
    parts = [_believed(0, 405, 0.85, 5.5), _believed(405, 484, 0.85, 8.8)]
    assert _sizes(part([whole], parts)) == [405, 79]


@pytest.mark.parametrize("size", [2, 7])
def test_a_seat_of_a_crew_is_no_crew_of_its_own_though_it_hangs_together_better(size: int) -> None:
    whole = _believed(0, 100, 0.85, 5.0)
    parts = [_believed(0, 100 - size, 0.85, 5.2), _believed(100 - size, 100, 0.85, 9.0)]
    assert _sizes(part([whole], parts)) == [100]


def test_a_fragment_that_nobody_believes_cannot_part_a_group() -> None:
    whole = _believed(0, 100, 0.85, 5.0)
    parts = [_believed(0, 80, 0.85, 5.2), _believed(80, 100, 0.3, 9.0)]
    assert _sizes(part([whole], parts)) == [100]


def test_only_the_whole_that_lost_is_parted() -> None:
    wholes = [_believed(0, 20, 0.4, 0.0), _believed(20, 50, 0.9, 8.0)]
    parts = [
        _believed(0, 10, 0.9, 4.0), _believed(10, 20, 0.6, 1.0),
        _believed(20, 35, 0.9, 6.0), _believed(35, 50, 0.8, 6.0),
    ]  # fmt: skip
    assert _sizes(part(wholes, parts)) == [10, 10, 30]
