"""Rhythms of activity: when sessions start and how turns follow one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.sim.draw import I64, expand
from stillwatch.sim.plan import Table
from stillwatch.sim.who.networks import UTC_OFFSET
from stillwatch.sim.who.people import DAY

__all__ = ["Ticks", "burst", "clockwork", "paced", "sittings", "spread", "volumes"]

HOUR = DAY // 24
Rng = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """Moments of activity.

    Attributes:
        account: Index of the account, one a row.
        at: Microseconds UTC.
        sitting: Number of the session, counting over all accounts.
        turn: 1 for the first turn of a session.
    """

    account: I64
    at: I64
    sitting: I64
    turn: I64


def volumes(rng: Rng, count: int, total: float, sigma: float = 1.3) -> I64:
    """Exchanges of each account: log-normal, adding up to about a total, each at least one."""
    weight = rng.lognormal(0.0, sigma, count)
    counts: I64 = np.rint(weight / weight.sum() * total).astype(np.int64)
    return np.maximum(1, counts)


def _within(at: I64, since: I64, until: int) -> I64:
    """Moments folded into an account's life without changing their hour of day, if it has days."""
    life = np.maximum(until - since, HOUR)
    whole = np.maximum(life // DAY, 1) * DAY
    folded = since + (at - since) % np.where(life >= DAY, whole, life)
    moments: I64 = np.minimum(folded, until - 1)
    return moments


def sittings(
    rng: Rng,
    people: Table,
    counts: I64,
    window: tuple[int, int],
    *,
    turns: float = 3.0,
    gap_s: float = 70.0,
    weekend: float = 0.5,
    peak: float = 14.5,
    width: float = 3.6,
) -> Ticks:
    """People at their own hours: sessions by local time of day, turns with log-normal gaps.

    Args:
        rng: Source of chance.
        people: PERSON; country gives the time zone, `created` the beginning.
        counts: Exchanges of each.
        window: Start and end, microseconds.
        turns: Mean turns of a session.
        gap_s: Median seconds between turns.
        weekend: Activity on a weekend day relative to a working day.
        peak: Mean local hour; everybody has an own one around it.
        width: Standard deviation of the hour, hours.
    """
    starts = rng.poisson(np.maximum(counts / turns, 0.0)).clip(1).astype(np.int64)
    who, _ = expand(starts)
    days = (window[1] - window[0]) // DAY
    day = rng.integers(0, max(days, 1), len(who))
    weekday = (window[0] // DAY + day + 3) % 7  # day 0 of the epoch was a Thursday
    again = (weekday >= 5) & (rng.random(len(who)) > weekend)  # noqa: PLR2004 (Saturday, Sunday)
    day = np.where(again, rng.integers(0, max(days, 1), len(who)), day)
    own = rng.normal(peak, 2.2, len(people))[who]
    hour = (rng.normal(own, width) - UTC_OFFSET[people["country"]][who]) % 24
    at = window[0] // DAY * DAY + day * DAY + (hour * HOUR).astype(np.int64)
    since = np.maximum(people["created"].astype(np.int64), window[0])[who]
    at = _within(at, since, window[1])
    return _turns(rng, who, at, turns=turns, gap_s=gap_s, until=window[1])


def _turns(rng: Rng, who: I64, at: I64, *, turns: float, gap_s: float, until: int) -> Ticks:
    length = rng.geometric(1.0 / max(turns, 1.0), len(who)).clip(1, 60).astype(np.int64)
    sitting, place = expand(length)
    gap = rng.lognormal(np.log(gap_s * 1e6), 0.9, len(sitting)).astype(np.int64)
    gap[place == 0] = 0
    run = np.cumsum(gap)
    begin = np.cumsum(length) - length
    moment = at[sitting] + run - run[begin][sitting]
    keep = moment < until
    return Ticks(
        account=who[sitting][keep],
        at=moment[keep],
        sitting=sitting[keep],
        turn=place[keep] + 1,
    )


def _single(account: I64, at: I64, since: I64, until: int) -> Ticks:
    keep = (at >= since) & (at < until)
    return Ticks(
        account=account[keep],
        at=at[keep],
        sitting=np.arange(int(keep.sum())),
        turn=np.ones(int(keep.sum()), np.int64),
    )


def spread(
    rng: Rng,
    people: Table,
    counts: I64,
    window: tuple[int, int],
    *,
    day_share: float = 0.5,
    weeks: npt.NDArray[np.float64] | None = None,
) -> Ticks:
    """Requests of a service round the clock.

    Args:
        rng: Source of chance.
        people: PERSON.
        counts: Requests of each.
        window: Start and end, microseconds.
        day_share: How much busier days are than nights.
        weeks: [tenants, 168] measured weeks; each account follows one of them instead.
    """
    who, _ = expand(counts)
    if weeks is not None:
        return _measured(rng, people, who, window, weeks)
    at = rng.integers(window[0], window[1], len(who))
    local = (at / HOUR + UTC_OFFSET[people["country"]][who]) % 24
    quiet = np.cos((local - 3) / 24 * 2 * np.pi) * day_share > rng.random(len(who))
    at = np.where(quiet, at // DAY * DAY + (at + 11 * HOUR) % DAY, at)
    since = np.maximum(people["created"].astype(np.int64), window[0])[who]
    return _single(who, _within(at, since, window[1]), since, window[1])


def _measured(
    rng: Rng,
    people: Table,
    who: I64,
    window: tuple[int, int],
    weeks: npt.NDArray[np.float64],
) -> Ticks:
    """Requests by the hours of the week of measured tenants, one tenant an account."""
    tenant = rng.integers(0, len(weeks), len(people))[who]
    edges = np.cumsum(weeks, axis=1)[tenant]
    hour = (rng.random(len(who))[:, None] > edges).sum(axis=1).clip(0, 167)
    week = rng.integers(0, max(1, -(-(window[1] - window[0]) // (7 * DAY))), len(who))
    at = window[0] // DAY * DAY + (week * 168 + hour) * HOUR + rng.integers(0, HOUR, len(who))
    since = np.maximum(people["created"].astype(np.int64), window[0])[who]
    return _single(who, _within(at, since, window[1]), since, window[1])


def clockwork(
    rng: Rng,
    people: Table,
    counts: I64,
    window: tuple[int, int],
    *,
    minute: int = 0,
    hours: int = 2,
    gap_s: float = 1.2,
) -> Ticks:
    """Scheduled jobs: each account runs at its own few hours, on the minute, item after item."""
    days = max(1, (window[1] - window[0]) // DAY)
    runs = np.full(len(people), days * hours, np.int64)
    who, place = expand(runs)
    size = rng.poisson(counts[who] / runs[who]).astype(np.int64)
    first = rng.integers(0, 24, len(people))[who]
    start = (
        window[0] // DAY * DAY
        + (place // hours) * DAY
        + ((first + (place % hours) * 7) % 24) * HOUR
        + minute * 60_000_000
        + rng.integers(300_000, 4_000_000, len(who))
    )
    run, step = expand(size)
    pace = rng.lognormal(np.log(gap_s), 0.4, len(people))[who][run]
    at = start[run] + ((step + rng.random(len(run)) * 0.3) * pace * 1e6).astype(np.int64)
    account = who[run]
    since = np.maximum(people["created"].astype(np.int64), window[0])[account]
    return _single(account, at, since, window[1])


def burst(
    rng: Rng, people: Table, counts: I64, *, centre: int, width_s: float, until: int
) -> Ticks:
    """Everybody at once: sessions around one moment (normal, seconds), three turns each."""
    starts = np.maximum(1, counts // 3)
    who, _ = expand(starts)
    at = centre + (rng.normal(0, width_s, len(who)) * 1e6).astype(np.int64)
    at = np.maximum(at, people["created"][who] + 30_000_000)
    return _turns(rng, who, at, turns=3.0, gap_s=60.0, until=until)


def paced(rng: Rng, accounts: int, total: int, window: tuple[int, int], *, jitter: float) -> Ticks:
    """One job stream dealt out in turn: evenly spaced requests, account after account.

    Args:
        rng: Source of chance.
        accounts: Size of the pool.
        total: Requests.
        window: Start and end, microseconds.
        jitter: Spread of a request around its slot, in slots.
    """
    step = (window[1] - window[0]) / max(total, 1)
    slot = np.arange(total)
    at = window[0] + ((slot + rng.normal(0, jitter, total)) * step).astype(np.int64)
    pause = np.sin(slot / max(total, 1) * 60) > 0.93  # noqa: PLR2004 (the scheduler's shared pauses)
    order = rng.permutation(accounts)
    account = order[(slot + (rng.random(total) < 0.1)) % accounts]  # noqa: PLR2004 (retries shift)
    keep = ~pause & (at >= window[0]) & (at < window[1])
    return _single(account[keep], at[keep], np.full(int(keep.sum()), window[0]), window[1])
