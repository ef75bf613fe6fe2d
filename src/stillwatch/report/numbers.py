"""How numbers, moments and probabilities are written for people."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

__all__ = [
    "about",
    "bits",
    "count",
    "day",
    "lasted",
    "moment",
    "parse",
    "percent",
    "plural",
    "short",
    "span",
]

_THIN = "\u2009"
_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_SURE = 0.9995
_HOURS_IN_TWO_DAYS = 48


def count(number: float) -> str:
    """A whole number with separators: 1,234,567."""
    return f"{round(number):,}"


def short(number: float) -> str:
    """A number for a headline: 16.2 million; exact below one million."""
    for size, name in _SCALES:
        if abs(number) >= size:
            scaled = number / size
            return f"{scaled:.0f} {name}" if scaled >= 100 else f"{scaled:.1f} {name}"  # noqa: PLR2004
    return count(number)


def plural(number: float, one: str, many: str = "") -> str:
    """The number with its noun: '1 account', '2 accounts'."""
    return f"{count(number)} {one if round(number) == 1 else many or one + 's'}"


def percent(share: float | None) -> str:
    """A probability or share; never rounded to certainty ('> 99.9%', '< 0.1%')."""
    if share is None or math.isnan(share):
        return "unknown"
    if share >= 1:
        return "100%"
    if share <= 0:
        return "0%"
    if share > _SURE:
        return f">{_THIN}99.9%"
    if share < 1 - _SURE:
        return f"<{_THIN}0.1%"
    near_an_end = share >= 0.985 or share < 0.015  # noqa: PLR2004
    return f"{share:.1%}" if near_an_end else f"{share:.0%}"


_FEW = 10


def about(number: float) -> str:
    """An expectation in words: 'about 3', 'fewer than one', 'close to none'."""
    if number < 0.05:  # noqa: PLR2004
        return "close to none"
    if number < 0.95:  # noqa: PLR2004
        return "fewer than one"
    return f"about {number:.1f}" if number < _FEW else f"about {count(number)}"


def bits(number: float) -> str:
    """Signed, one decimal, with a true minus sign: '+3.2', '−1.4', '0.0'."""
    rounded = round(number, 1) + 0.0
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):.1f}"


def parse(iso: str) -> datetime:
    """An ISO 8601 moment in UTC; one without a zone is taken as UTC."""
    at = datetime.fromisoformat(iso)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def day(at: datetime) -> str:
    """'3 Mar 2026'."""
    return f"{at.day} {at:%b %Y}"


def moment(iso: str | None) -> str:
    """'3 Mar 2026, 14:05 UTC', or 'unknown'."""
    if not iso:
        return "unknown"
    at = parse(iso)
    return f"{day(at)}, {at:%H:%M} UTC"


def span(since: str, until: str) -> str:
    """'1–28 Mar 2026' with as little repeated as possible; an end at midnight is the day before."""
    first, last = parse(since), parse(until)
    if last > first:
        last -= timedelta(microseconds=1)
    if first.date() == last.date():
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%b} – {day(last)}"
    return f"{day(first)} – {day(last)}"


def lasted(delta: timedelta) -> str:
    """A duration in its natural unit: '40 minutes', '6 hours', '12 days'."""
    minutes = delta.total_seconds() / 60
    if minutes < 90:  # noqa: PLR2004
        return plural(max(minutes, 0), "minute")
    hours = minutes / 60
    if hours < _HOURS_IN_TWO_DAYS:
        return plural(hours, "hour")
    return plural(hours / 24, "day")
