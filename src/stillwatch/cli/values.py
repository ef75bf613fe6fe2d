"""What is written on the command line as text, turned into moments and durations."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import typer

__all__ = ["duration", "moment"]

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"\s*(\d+)\s*([smhdw])\s*")


def duration(text: str | timedelta) -> timedelta:
    """A length of time: a whole number and one of s, m, h, d, w.

    Typer sends an option's default through the same parser, so a duration stays what it is.

    >>> duration("30m")
    datetime.timedelta(seconds=1800)
    """
    if isinstance(text, timedelta):
        return text
    found = _DURATION.fullmatch(text)
    if found is None or int(found[1]) == 0:
        message = f"{text!r} is not a duration; write a whole number and s, m, h, d or w, e.g. 1h"
        raise typer.BadParameter(message)
    try:
        return timedelta(**{_UNITS[found[2]]: int(found[1])})
    except OverflowError:
        message = f"{text!r} is too long; the longest duration is 999999999d"
        raise typer.BadParameter(message) from None


def moment(text: str) -> datetime:
    """A moment in ISO 8601; without an offset it is UTC.

    >>> moment("2026-02-23T14:00+02:00")
    datetime.datetime(2026, 2, 23, 12, 0, tzinfo=datetime.timezone.utc)
    """
    try:
        found = datetime.fromisoformat(text.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        message = (
            f"{text!r} is not a moment; write ISO 8601, e.g. 2026-02-23 or 2026-02-23T14:00:00Z"
        )
        raise typer.BadParameter(message) from None
