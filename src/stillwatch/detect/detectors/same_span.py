"""Accounts that take up the work, leave it and do as much of it as one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from stillwatch.detect.affiliation import openly_affiliated
from stillwatch.detect.base import Detector, Example
from stillwatch.detect.events import passing, worksheet
from stillwatch.detect.examples import START, crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.sharers import by_party, sharers, spans, told
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_CEILING = 4.5
_BITS = 0.8  # a standard deviation of the null, beyond the second
_USUAL = 2.0
_SCALE = 0.3  # of the null at the least: few sets may be closer to each other than sets are
_SETS = 12  # of sharers before they say what is usual
_HALF = 0.5  # of the parties stand at an edge: the window, not they, began or ended there
_EDGE = 0.04  # of the window: who is there at its edge may have begun or ended outside of it
_FLOOR = (0.1, 0.03, 0.03)  # spreads below which parties are as close as can be told
_WEIGHT = (1.0, 1.0, 0.4)  # pools are filled together; what is over ends when it is blocked
_NORMAL = 0.6745  # median of the absolute deviations of a normal distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lives:
    """By party: log exchanges, first and last moment in spreads of the window, and the edges."""

    volume: Floats
    first: Floats
    last: Floats
    begun: Flags
    going: Flags

    def closeness(self, parties: Index) -> float:
        """How far apart the parties are, lower is closer; what the window cuts off says nothing."""
        first = 1.0 if self.begun[parties].mean() >= _HALF else min(_spread(self.first, parties), 1)
        last = 1.0 if self.going[parties].mean() >= _HALF else min(_spread(self.last, parties), 1)
        apart = (_spread(self.volume, parties), first, last)
        return float(sum(w * np.log(f + a) for w, f, a in zip(_WEIGHT, _FLOOR, apart, strict=True)))


def _spread(values: Floats, parties: Index) -> float:
    return float(np.std(values[parties]))


def _lives(tables: Tables) -> _Lives:
    first, last = spans(tables)
    low, high = first.min(), last.max()
    window = max(high - low, 1.0)
    even = window / np.sqrt(12)  # spread of moments anywhere in the window
    sent = by_party(tables, tables.totals["exchanges"])
    return _Lives(
        volume=np.log(np.maximum(sent, 1)),
        first=(first - low) / even,
        last=(last - low) / even,
        begun=first < low + _EDGE * window,
        going=last > high - _EDGE * window,
    )


def _usual(tables: Tables) -> tuple[float, float]:
    """Middle and scale of the null; the scale is of the sets that are farther apart than most.

    Campaigns and events make the close side longer than chance would, so only the other half says
    how much sets of strangers differ (an empirical null: Efron 2004). NaN where there are few.
    """
    lives = tables.once(_lives)
    seen = np.array([lives.closeness(s) for s in tables.once(sharers)])
    if len(seen) < _SETS:
        return float("nan"), float("nan")
    middle = float(np.median(seen))
    above = seen[seen > middle] - middle
    scale = float(np.median(above)) / _NORMAL if len(above) else 0.0
    return middle, max(scale, _SCALE)


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    middle, scale = tables.once(_usual)
    if np.isnan(middle):
        return [None] * len(groups)
    lives, sent = tables.once(_lives), by_party(tables, tables.totals["exchanges"])
    found: list[Signal | None] = []
    for group in groups:
        parties = np.unique(tables.party[group.accounts])
        beyond = (middle - lives.closeness(parties)) / scale
        bits = told(sent[parties]) * float(np.clip(_BITS * (beyond - _USUAL), 0, _CEILING))
        if bits > 0:
            bits *= _unexplained(group, tables)
        found.append(_said(group, sent[parties], bits, tables) if bits > 0 else None)
    return found


def _unexplained(group: Group, tables: Tables) -> float:
    """Share of the closeness, 0…1, that no event, worksheet or employer explains."""
    alone = (1 - passing(group, tables)) * (1 - openly_affiliated(group, tables))
    return alone * (1 - worksheet(group, tables))


def _said(group: Group, sent: Floats, bits: float, tables: Tables) -> Signal:
    day = 86_400_000_000
    first = tables.number("first_us")[group.accounts]
    last = tables.number("last_us")[group.accounts]
    low, high = np.quantile(sent, [0.25, 0.75])
    within = [float(np.subtract(*np.quantile(m, [0.75, 0.25]))) / day for m in (first, last)]
    return Signal(
        bits=bits,
        reason=f"half of {len(sent)} parties began within {_long(within[0])} of each other,"
        f" half ended within {_long(within[1])}, and half sent {low:,.0f} to {high:,.0f} exchanges:"
        " closer than other sets of parties that share a text.",
    )


def _long(days: float) -> str:
    return f"{days:.0f} days" if days >= 2 else f"{max(24 * days, 1):.0f} hours"  # noqa: PLR2004


def _world(rng: np.random.Generator, prefix: str, *, close: bool) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    shared = phrase(rng, int(rng.integers(0, 12)))
    for number in range(10):
        count = 50 if close else int(np.exp(rng.normal(3.5, 0.9))) + 8
        since = START + timedelta(days=4.0 if close else float(rng.uniform(0, 10)))
        over = timedelta(days=4.0 if close else float(rng.uniform(0.5, 10)))
        texts = [f"{shared} {phrase(rng, int(rng.integers(0, 12)))}" for _ in range(count)]
        rows += sends(
            f"{prefix}-{number}", count, texts.__getitem__, rng=rng, since=since, over=over
        )
    return rows


def _example(seed: int, *, close: bool) -> Example:
    rng = np.random.default_rng(seed)
    rows = crowd(rng, accounts=60, each=20)
    for number in range(16):
        rows += _world(rng, f"shop{number}", close=False)
    rows += _world(rng, "pool", close=close)
    return Example(exchanges=exchange_table(rows), suspects=tuple(f"pool-{i}" for i in range(10)))


DETECTOR = Detector(
    name="same_span",
    family="coordination",
    meaning="Parties begin together, end together and send as much as one another.",
    null="Other sets of parties that share a text: an empirical null from its far half.",
    columns=("prompt_text",),
    look_alikes=(
        "a class, a hackathon, a launch: an event brought them, and they soon are gone",
        "a course with exercises: the very texts repeat across parties",
        "nightly jobs and fleets: there before and after the window, so only volume is compared",
        "colleagues: one party, or openly of one house",
        "one-off visitors of a viral prompt: too few exchanges to be compared",
    ),
    weigh=_weigh,
    fires=lambda: _example(51, close=True),
    silent=lambda: _example(52, close=False),
)
