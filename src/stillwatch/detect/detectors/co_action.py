"""Parties that take up one text at the same seconds, again and again, on many days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from stillwatch.detect.affiliation import openly_affiliated
from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, crowd, exchange_table, phrase
from stillwatch.detect.moments import Moments, Traffic, everybody, moments
from stillwatch.detect.nulls.calibrated import surprise_bits
from stillwatch.detect.nulls.jitter import CoAction, Used, co_action
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Flags = npt.NDArray[np.bool_]

_WITHIN = (10_000_000, 60_000_000)  # microseconds
_LOOKS = 1.0  # bits: two windows are tried
_AGREE = 0.3
_CEILING = 3.5
_ENOUGH = 30  # exchanges of the group's work
_EPISODES = 8
_DAYS = 4  # on which they must lie, the most telling one left out
_HOURS = 4  # of the day
_PARTIES = 3
_BROAD = 0.3  # of the parties take part: two that belong together are not the group's habit
_TIMES = 1.5  # what chance gives, at the least
_PEAK = 1.25  # of the typical minute of the hour
_SURE = 3.0  # standard deviations
_ROUND = (0, 15, 30, 45)  # minutes for which timers are set


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    found: list[Signal | None] = [None] * len(groups)
    sent = tables.totals["exchanges"]
    asked = [
        i for i, g in enumerate(groups) if len(g.streams) and sent[g.accounts].sum() >= _ENOUGH
    ]
    if asked:
        busy = _everybodys(everybody(tables))
        for i, seen in moments(groups, tables, asked):
            found[i] = _one(groups[i], seen, busy, tables)
    return found


def _everybodys(traffic: Traffic) -> Flags:
    """By minute of the hour, whether all customers' traffic peaks in it, or timers are set to."""
    sent = np.bincount(traffic.minute % 60, traffic.exchanges, minlength=60)
    typical = float(np.median(sent))
    busy: Flags = (sent > _PEAK * typical) & (sent > typical + _SURE * np.sqrt(typical))
    busy[list(_ROUND)] = True
    return busy


def _one(group: Group, seen: Moments, busy: Flags, tables: Tables) -> Signal | None:
    ok = seen.accepted & ~_sheet(seen)
    used = Used(seen.at[ok], seen.stream[ok], seen.party[ok])
    best: tuple[float, int, CoAction] | None = None
    for within in _WITHIN:
        found = co_action(used, busy, within=within, least=_EPISODES, times=_TIMES)
        if found is None or not _wide(found):
            continue
        bits = surprise_bits(found.share, agree=_AGREE, ceiling=_CEILING + _LOOKS) - _LOOKS
        if bits > 0 and (best is None or bits > best[0]):
            best = bits, within, found
    if best is None:
        return None
    bits, within, found = best
    bits *= 1 - openly_affiliated(group, tables)
    if bits <= 0:
        return None
    return Signal(
        bits=bits,
        reason=f"{found.observed} times, on {found.days} days and at {found.hours} hours of the"
        f" day, several of them began on one text within {within // 1_000_000} seconds; moved in"
        f" time their own moments coincide {found.expected:.1f} times.",
        accounts=_most(seen.account[ok][found.rows]),
    )


def _sheet(seen: Moments) -> Flags:
    """Rows whose very text another party sent too: a worksheet, or one event told to everybody."""
    _, item = np.unique(seen.item, return_inverse=True)
    _, first = np.unique(item, return_index=True)
    crossed = np.zeros(len(first), bool)
    crossed[item[seen.party != seen.party[first][item]]] = True
    told: Flags = crossed[item] & (seen.item != 0)
    return told


def _wide(found: CoAction) -> bool:
    """Whether it is many parties' habit, over days and hours, and not two's or a lesson's."""
    return (
        found.observed >= max(_EPISODES, _TIMES * found.expected)
        and found.days >= _DAYS
        and found.hours >= _HOURS
        and found.parties >= max(_PARTIES, _BROAD * found.of)
    )


def _most(account: npt.NDArray[np.int64]) -> tuple[int, ...]:
    """The five accounts that take part most."""
    name, times = np.unique(account, return_counts=True)
    return tuple(int(a) for a in name[np.argsort(-times, kind="stable")][:5])


_TEMPLATE = "Work through the following case as a senior specialist and report every step about"


def _sent(rng: np.random.Generator, name: str, minute: float) -> dict[str, Any]:
    """One exchange of the template, so many minutes after START."""
    return {
        "exchange_id": f"{name}-{minute:.4f}",
        "account_id": name,
        "started_at": START + timedelta(minutes=minute),
        "prompt_text": f"{_TEMPLATE} {phrase(rng, int(rng.integers(0, 12)))}",
        "http_status": 200,
    }


def _fires() -> Example:
    """A dispatcher wakes some accounts of its pool at once, at any time of the day."""
    rng = np.random.default_rng(21)
    rows = crowd(rng)
    names = [f"pool-{i}" for i in range(8)]
    for wave in np.sort(rng.uniform(0, 14 * 1440, 80)):
        woken = rng.choice(names, 3, replace=False)
        rows += [_sent(rng, str(n), float(wave + rng.uniform(0, 5 / 60))) for n in woken]
    return Example(exchanges=exchange_table(rows), suspects=tuple(names))


def _silent() -> Example:
    """A class in its hour, jobs on the hour and by the five minutes, users of one product."""
    rng = np.random.default_rng(22)
    rows = crowd(rng)
    names = [f"{kind}-{i}" for kind in ("pupil", "nightly", "timer", "user") for i in range(5)]
    for day in range(14):
        for name in names:
            kind = name.split("-")[0]
            if kind == "pupil" and day % 7 in (0, 3):  # all at once, when they are told to
                told = (545, 558, 571, 584)
                minutes = [m + float(rng.uniform(0, 0.2)) for m in told]
            elif kind == "nightly":
                minutes = [h * 60 + float(rng.uniform(0, 0.1)) for h in (1, 2, 3)]
            elif kind == "timer":
                minutes = [float(m) + 0.02 for m in rng.choice(np.arange(0, 1440, 5), 8)]
            else:
                minutes = list(rng.uniform(480, 1080, 6))
            rows += [_sent(rng, name, day * 1440 + m) for m in minutes]
    return Example(exchanges=exchange_table(rows), suspects=tuple(names))


DETECTOR = Detector(
    name="co_action",
    family="coordination",
    meaning="Parties begin on one text within seconds of one another, over and over, on many days.",
    null="Each party's own moments moved by minutes, by fives of them, by hours and by days: the"
    " most lenient of the four.",
    columns=("prompt_text",),
    look_alikes=(
        "a class, a workshop, a launch, an outage: one day or one hour, which is left out",
        "nightly jobs and timers: moving by whole minutes, hours and days keeps what starts so",
        "users of one product and long agent runs: they overlap as much when moved by minutes",
        "two accounts of one person: not a good part of the group",
        "a worksheet, or one event told to many: texts that repeat across parties are left out",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
