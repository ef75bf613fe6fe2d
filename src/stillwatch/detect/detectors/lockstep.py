"""Parties that go on and off together hour by hour, or take turns, beyond their own habits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, crowd, exchange_table, phrase
from stillwatch.detect.nulls.calibrated import surprise_bits
from stillwatch.detect.nulls.rhythm import together
from stillwatch.detect.picked import PICKED, pick
from stillwatch.rollup.rows import Rows
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_AGREE = 0.4
_CEILING = 4.0
_LEAST_CORRELATION = 0.01  # below, a share of honest bystanders' common habits would do
_ENOUGH = 30  # exchanges before a party has habits
_DAYS = 4  # on which it must have been active
_PARTIES = 3
_MOST = 256  # parties: the busiest of a large group
_SMOOTH = 50.0  # exchanges of the crowd an hour before its mood says anything


class _Hours:
    """Exchanges by party and hour of the picked accounts, and of everybody by hour."""

    def __init__(self, tables: Tables) -> None:
        engine = tables.engine
        rows = engine.fetch(
            f"""SELECT k.a, t.hour, t.exchanges FROM activity t
                JOIN {PICKED} k ON t.account = k.account ORDER BY k.a, t.hour"""
        )
        everybody = engine.fetch(
            """SELECT hour, CAST(sum(exchanges) AS BIGINT) AS exchanges FROM activity
               GROUP BY hour ORDER BY hour"""
        )
        self.account = rows["a"].to_numpy()
        self.hour = rows["hour"].to_numpy().astype(np.int64)
        self.exchanges = rows["exchanges"].to_numpy().astype(np.float64)
        self.by_account = Rows.by(self.account, tables.accounts.num_rows)
        hours = everybody["hour"].to_numpy().astype(np.int64)
        self.first_day = int(hours[0]) // 24 if len(hours) else 0
        self.days = int(hours[-1]) // 24 - self.first_day + 1 if len(hours) else 0
        self.all = np.zeros(self.days * 24)
        self.all[hours - self.first_day * 24] = everybody["exchanges"].to_numpy()


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    if not groups:
        return []
    pick(groups, tables)
    hours = _Hours(tables)
    return [_one(group, hours, tables) for group in groups]


def _one(group: Group, hours: _Hours, tables: Tables) -> Signal | None:
    counts, all_of_group = _counts(group, hours, tables)
    if len(counts) < _PARTIES:
        return None
    weekday = (np.arange(hours.days) + hours.first_day) % 7
    crowd_counts = (hours.all - all_of_group).reshape(hours.days, 24)
    found = together(counts, _mood(crowd_counts), weekday)
    if abs(found.correlation) < _LEAST_CORRELATION:
        return None
    bits = surprise_bits(found.share, agree=_AGREE, ceiling=_CEILING)
    if bits <= 0:
        return None
    doing = "go on and off together" if found.correlation > 0 else "take turns"
    return Signal(
        bits=bits,
        reason=f"{len(counts)} parties {doing} hour by hour beyond each one's own weekly habits and"
        f" the mood of the day: mean correlation {found.correlation:+.2f} over {found.days} days,"
        f" {found.share:.2%} by chance.",
    )


def _counts(group: Group, hours: _Hours, tables: Tables) -> tuple[Floats, Floats]:
    """Party × day × hour of parties with habits, and the whole group's hours."""
    rows = hours.by_account.of(group.accounts)
    _, party = np.unique(tables.party[hours.account[rows]], return_inverse=True)
    at = hours.hour[rows] - hours.first_day * 24
    size = hours.days * 24
    whole = np.bincount(at, hours.exchanges[rows], minlength=size)
    parties = int(party.max()) + 1 if len(party) else 0
    sent = np.bincount(party, hours.exchanges[rows], minlength=parties)
    days = np.unique(party * hours.days + at // 24) // max(hours.days, 1)
    days = np.bincount(days, minlength=parties)
    kept = np.flatnonzero((sent >= _ENOUGH) & (days >= _DAYS))
    kept = np.sort(kept[np.argsort(-sent[kept], kind="stable")][:_MOST])
    place = np.full(parties, -1, np.int64)
    place[kept] = np.arange(len(kept))
    mine = place[party] >= 0
    cell = place[party[mine]] * size + at[mine]
    flat = np.bincount(cell, hours.exchanges[rows][mine], minlength=len(kept) * size)
    return flat.reshape(len(kept), hours.days, 24).astype(float), whole.astype(float)


def _mood(counts: Floats) -> Floats:
    """How much busier than usual the others were, day × hour, given the day's total."""
    usual = counts.sum(axis=0)
    expected = usual / max(usual.sum(), 1.0) * counts.sum(axis=1, keepdims=True)
    mood: Floats = (counts + _SMOOTH) / (expected + _SMOOTH)
    return mood


def _visits(
    name: str, hours: Sequence[int], each: int, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Some exchanges within each of the hours, counted from START."""
    return [
        {
            "exchange_id": f"{name}-{hour}-{i}",
            "account_id": name,
            "started_at": START + timedelta(hours=hour, minutes=float(rng.uniform(0, 60))),
            "prompt_text": phrase(rng, int(rng.integers(0, 12))),
        }
        for hour in hours
        for i in range(int(rng.poisson(each)))
    ]


def _fires() -> Example:
    rng = np.random.default_rng(15)
    rows = crowd(rng)
    names = tuple(f"pool-{i}" for i in range(6))
    running = [day * 24 + int(h) for day in range(21) for h in rng.choice(24, 6, replace=False)]
    for name in names:
        rows += _visits(name, running, 2, rng)
    return Example(exchanges=exchange_table(rows), suspects=names)


def _silent() -> Example:
    """An office by day, a class by its timetable, a nightly job on the hour."""
    rng = np.random.default_rng(16)
    rows = crowd(rng)
    names = tuple(f"{kind}-{i}" for kind in ("office", "pupil", "nightly") for i in range(4))
    week: dict[str, tuple[tuple[int, ...], ...]] = {
        "office": ((*range(9, 17),),) * 5 + ((),) * 2,
        "pupil": ((9,), (14,), (11,), (9, 10), (15,), (), ()),
        "nightly": ((2, 3),) * 7,
    }
    for name in names:
        plan = week[name.split("-")[0]]
        hours = [day * 24 + hour for day in range(21) for hour in plan[day % 7]]
        rows += _visits(name, hours, 2, rng)
    return Example(exchanges=exchange_table(rows), suspects=names)


DETECTOR = Detector(
    name="lockstep",
    family="coordination",
    meaning="Parties go on and off together hour by hour, or take turns, beyond their own habits.",
    null="Each party's residuals exchanged among its days of the same weekday.",
    columns=(),
    look_alikes=(
        "office hours, regional evenings and nightly jobs: a party's own habits",
        "a class with a timetable: the same on all days of a weekday",
        "a launch, an outage, a deadline: one day, and the mood of the crowd is taken out",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
