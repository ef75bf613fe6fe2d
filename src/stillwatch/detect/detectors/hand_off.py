"""Where one account stops for good, another soon begins the same work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.calibrated import surprise_bits
from stillwatch.detect.nulls.succession import succession
from stillwatch.detect.spans import spans
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

_MINUTE = 60_000_000
_WINDOWS = (15 * _MINUTE, 120 * _MINUTE)
_LOOKS = 1.0  # bits: two windows are tried
_AGREE = 0.4
_CEILING = 4.0
_ENOUGH = 4  # hand-offs; one customer that moves house makes one
_DAYS = 3  # on which they must lie
_DAY = 86_400_000_000


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    return [_one(group, tables) if len(group.streams) else None for group in groups]


def _one(group: Group, tables: Tables) -> Signal | None:
    seen = spans(group, tables)
    best: Signal | None = None
    for within in _WINDOWS:
        found = succession(seen.first, seen.last, within)
        days = len(np.unique(seen.first[found.starts] // _DAY))
        if found.observed < _ENOUGH or days < _DAYS:
            continue
        bits = surprise_bits(found.share, agree=_AGREE, ceiling=_CEILING + _LOOKS) - _LOOKS
        if bits > 0 and (best is None or bits > best.bits):
            best = Signal(
                bits=bits,
                reason=f"{found.observed} times within {within // _MINUTE} minutes of one party's"
                f" last use of this work another began it, on {days} days; chance gives"
                f" {found.expected:.1f}, the reverse happened {found.mirrored} times.",
                accounts=tuple(int(a) for a in seen.account[found.starts][:5]),
                streams=tuple(int(s) for s in group.streams[:5]),
            )
    return best


_TEMPLATE = "Work through the following case as a senior specialist and report every step about"


def _fires() -> Example:
    rng = np.random.default_rng(13)
    rows = crowd(rng)
    names = tuple(f"pool-{i}" for i in range(12))
    moment = START
    for name in names:
        over = timedelta(hours=float(rng.uniform(14, 40)))
        texts = [f"{_TEMPLATE} {phrase(rng, int(rng.integers(0, 12)))}" for _ in range(40)]
        sent = sends(name, 40, texts.__getitem__, rng=rng, since=moment, over=over)
        rows += sent
        moment = sent[-1]["started_at"] + timedelta(minutes=float(rng.uniform(1, 10)))
    return Example(exchanges=exchange_table(rows), suspects=names)


def _silent() -> Example:
    rng = np.random.default_rng(14)
    rows = crowd(rng)
    names = tuple(f"pupil-{i}" for i in range(24))
    for number, name in enumerate(names):
        texts = [f"{_TEMPLATE} {phrase(rng, 3)}" for _ in range(8)]
        section = START + timedelta(days=int(rng.integers(0, 5)), hours=9 + number % 2)
        for day in (0, 7):
            since = section + timedelta(days=day)
            hour = timedelta(minutes=55)
            rows += sends(name, 8, texts.__getitem__, rng=rng, since=since, over=hour)
    return Example(exchanges=exchange_table(rows), suspects=names)


DETECTOR = Detector(
    name="hand_off",
    family="coordination",
    meaning="Again and again a party begins a piece of work just after another left it for good.",
    null="The same hours of other days, and how often a start is followed by a stop.",
    columns=("prompt_text",),
    look_alikes=(
        "key rotation and migration: within one party, and once",
        "a class or a viral prompt: all come and go together, stops follow starts as often",
        "two sections of a class: one event a meeting, never four on three days in one direction",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
