"""Parties that send almost exactly as much as one another: a quota was dealt to each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.events import exercises, passing
from stillwatch.detect.examples import crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.sharers import by_party, sharers, told
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]

_CEILING = 4.5
_BITS = 2.2  # for each halving of the spread …
_EVEN = 0.33  # … from this share of what sets of parties usually show
_LEAST = 0.08  # spread of the logarithm below which counts are as even as can be told
_SETS = 12  # of parties that share a text before they say what is usual
_USUAL = (0.7, 1.2)  # spreads that can be usual: use is log-normal, and the logs may be odd
_TAIL = 0.1  # of the parties at either end may be strangers
_DECILES = 2.563  # standard deviations between the first and the last decile


def _spread(sent: Floats) -> float:
    """Spread of the logarithm, from the middle eight tenths."""
    low, high = np.quantile(np.log(np.maximum(sent, 1)), [_TAIL, 1 - _TAIL])
    return max(float(high - low) / _DECILES, _LEAST)


def _usual(tables: Tables) -> float:
    """Spread of the typical set of parties that share a text; NaN where there are few sets."""
    sent = by_party(tables, tables.totals["exchanges"])
    seen = [_spread(sent[parties]) for parties in tables.once(sharers)]
    return float(np.clip(np.median(seen), *_USUAL)) if len(seen) >= _SETS else float("nan")


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    usual = tables.once(_usual)
    if np.isnan(usual):
        return [None] * len(groups)
    sent = by_party(tables, tables.totals["exchanges"])
    found: list[Signal | None] = []
    for group in groups:
        mine = sent[np.unique(tables.party[group.accounts])]
        bits = told(mine) * _BITS * float(np.log2(_EVEN * usual / _spread(mine)))
        if bits > 0:
            bits *= (1 - passing(group, tables)) * (1 - exercises(group, tables))
        found.append(_said(mine, min(bits, _CEILING), usual) if bits > 0 else None)
    return found


def _said(sent: Floats, bits: float, usual: float) -> Signal:
    low, high = np.quantile(sent, [_TAIL, 1 - _TAIL])
    return Signal(
        bits=bits,
        reason=f"eight in ten of {len(sent)} parties sent {low:,.0f} to {high:,.0f} exchanges:"
        f" {_spread(sent) / usual:.0%} of the spread that parties usually have who share a text.",
    )


def _shop(rng: np.random.Generator, name: str, volumes: Sequence[int]) -> list[dict[str, Any]]:
    shared = phrase(rng, int(rng.integers(0, 12)))
    rows: list[dict[str, Any]] = []
    for number, count in enumerate(volumes):
        texts = [f"{shared} {phrase(rng, int(rng.integers(0, 12)))}" for _ in range(count)]
        rows += sends(f"{name}-{number}", count, texts.__getitem__, rng=rng)
    return rows


def _example(seed: int, *, even: bool) -> Example:
    rng = np.random.default_rng(seed)
    rows = crowd(rng, accounts=60, each=20)
    for number in range(16):
        volumes = (np.exp(rng.normal(3.4, 0.9, 10)) + 8).astype(int).tolist()
        rows += _shop(rng, f"shop{number}", volumes)
    volumes = rng.poisson(60, 12) if even else (np.exp(rng.normal(3.8, 0.6, 12)) + 8).astype(int)
    rows += _shop(rng, "pool", volumes.tolist())
    return Example(exchanges=exchange_table(rows), suspects=tuple(f"pool-{i}" for i in range(12)))


DETECTOR = Detector(
    name="even_volume",
    family="coordination",
    meaning="Parties send almost exactly as much as one another, as if each had a quota.",
    null="Other sets of parties that share a text: how much their volumes usually differ.",
    columns=("prompt_text",),
    look_alikes=(
        "a class with a worksheet: its texts repeat across parties, and it is over after some tens",
        "a class, a hackathon, a launch: an event brought them, and they soon are gone",
        "one tool at strangers: each uses it as much as suits him, which differs severalfold",
        "one-off visitors of a viral prompt: too few exchanges to be compared",
    ),
    weigh=_weigh,
    fires=lambda: _example(53, even=True),
    silent=lambda: _example(54, even=False),
)
