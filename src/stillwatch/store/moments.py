"""Moments as the database keeps them: microseconds since 1970, UTC, in a whole number.

A whole number reads back as it was written in every database, which a hash chain needs.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

__all__ = ["from_us", "to_us"]

_START = datetime(1970, 1, 1, tzinfo=UTC)


def to_us(moment: datetime) -> int:
    """A moment as a number.

    >>> to_us(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (moment - _START) // timedelta(microseconds=1)


def from_us(number: int) -> datetime:
    """A number as a moment, UTC."""
    return _START + timedelta(microseconds=number)
