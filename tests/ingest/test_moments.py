from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.ingest.moments import moment, moments

_WHEN = datetime(2026, 2, 23, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-23T10:00:00.123456Z",
        "2026-02-23 10:00:00.123456",
        "2026-02-23T11:00:00.123456+01:00",
        "2026-02-23 10:00:00.123456789",
        1_771_840_800.123456,
        1_771_840_800_123_456,
        1_771_840_800_123_456_000,
        "1771840800.123456",
    ],
)
def test_one_moment_however_written_is_the_same_in_a_column_and_alone(written: object) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert epoch + timedelta(microseconds=moment(written)) == _WHEN
    assert moments(pa.array([written]))[0].as_py() == _WHEN


def test_what_is_no_moment_is_null_and_never_an_error() -> None:
    bad = ["", "never", "2026-13-01", "9" * 400, "nan"]
    assert moments(pa.array(bad)).null_count == len(bad)
    assert moments(pa.array([float("nan"), 1e300])).null_count == 2
    assert all(moment(one) is None for one in [*bad, True, [], None, float("inf")])


@given(
    st.lists(st.integers(1_420_070_400, 4_000_000_000), min_size=1),
    st.sampled_from(["s", "ms", "us", "ns"]),
)
def test_epoch_numbers_of_any_unit_are_told_apart(seconds: list[int], unit: str) -> None:
    factor = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    found = moments(pa.array([s * factor for s in seconds], pa.int64()))
    assert found.cast(pa.int64()).to_pylist() == [s * 10**6 for s in seconds]
