"""Durations and moments as written on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.cli.values import duration, moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45s", timedelta(seconds=45)),
        ("30m", timedelta(minutes=30)),
        ("1h", timedelta(hours=1)),
        ("5d", timedelta(days=5)),
        ("2 w", timedelta(weeks=2)),
    ],
)
def test_a_duration_is_a_whole_number_and_a_unit(text: str, expected: timedelta) -> None:
    assert duration(text) == expected


@pytest.mark.parametrize("text", ["", "h", "1", "1.5h", "-1h", "0h", "1y", "1h30m", "99999999999w"])
def test_any_other_duration_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="duration"):
        duration(text)


def test_a_moment_without_an_offset_is_utc() -> None:
    assert moment("2026-02-23") == datetime(2026, 2, 23, tzinfo=UTC)


def test_a_moment_with_an_offset_becomes_utc() -> None:
    assert moment("2026-02-23T14:00:00+02:00") == datetime(2026, 2, 23, 12, tzinfo=UTC)
    assert moment("2026-02-23T14:00:00Z").tzinfo is UTC


def _outcome(text: str) -> datetime | str:
    try:
        return moment(text)
    except typer.BadParameter as fault:
        return fault.message


@given(st.text())
def test_whatever_is_written_is_an_aware_moment_or_refused_in_words(text: str) -> None:
    found = _outcome(text)
    assert "ISO 8601" in found if isinstance(found, str) else found.tzinfo is UTC
