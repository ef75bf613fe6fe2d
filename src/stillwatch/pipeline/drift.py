"""How customers look today, as distributions, and how far that is from a stored calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from stillwatch.rollup import Tables
from stillwatch.schema.calibration import Calibration, Feature

__all__ = ["Drift", "distributions", "drift"]

Floats = npt.NDArray[np.float64]
State = Literal["stable", "moving", "drifted"]

_BINS = 10
_MOVING, _DRIFTED = 0.1, 0.25  # customary limits of the population stability index
_FLOOR = 1e-4  # an empty bin counts as one customer in ten thousand
_UNITS = {
    "exchanges": "exchanges",
    "active hours": "hours",
    "prompt length": "bytes",
    "answer length": "tokens",
    "cached share": "0..1",
    "first turns": "0..1",
    "with tools": "0..1",
    "with images": "0..1",
    "refused": "0..1",
    "asks for reasoning": "0..1",
    "asks for judgements": "0..1",
    "account age": "days",
}
_DAY = 86_400e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How far one number moved.

    Attributes:
        feature: Its name.
        psi: Population stability index, 0 and up; above 0.1 it moves, above 0.25 it has drifted.
        divergence_bits: Jensen-Shannon divergence, 0..1 bits.
        state: What that means.
    """

    feature: str
    psi: float
    divergence_bits: float
    state: State


def distributions(tables: Tables) -> tuple[Feature, ...]:
    """Ten bins of equal numbers of customers for each number; ties fall into one bin."""
    features = []
    for name, values in _values(tables).items():
        if len(values):
            edges = np.unique(np.quantile(values, np.linspace(0, 1, _BINS + 1)[1:-1]))
            features.append(_feature(name, values, edges))
    return tuple(features)


def drift(tables: Tables, calibration: Calibration) -> tuple[Drift, ...]:
    """Present customers against stored ones, the furthest first."""
    present = _values(tables)
    rows = []
    for stored in calibration.features:
        values = present.get(stored.name, np.empty(0))
        if len(values):
            now = _feature(stored.name, values, np.asarray(stored.edges))
            rows.append(_compare(stored, now))
    return tuple(sorted(rows, key=lambda d: (-d.psi, d.feature)))


def _feature(name: str, values: Floats, edges: Floats) -> Feature:
    place = np.searchsorted(edges, values, side="right")
    shares = np.bincount(place, minlength=len(edges) + 1) / len(values)
    return Feature(
        name=name, unit=_UNITS[name], edges=tuple(edges.tolist()), shares=tuple(shares.tolist())
    )


def _compare(stored: Feature, now: Feature) -> Drift:
    p, q = (
        np.maximum(f.shares, _FLOOR) / np.maximum(f.shares, _FLOOR).sum() for f in (stored, now)
    )
    psi = float(((q - p) * np.log(q / p)).sum())
    middle = (p + q) / 2
    divergence = float(((p * np.log2(p / middle) + q * np.log2(q / middle)) / 2).sum())
    state: State = "drifted" if psi > _DRIFTED else "moving" if psi > _MOVING else "stable"
    return Drift(feature=stored.name, psi=psi, divergence_bits=max(divergence, 0.0), state=state)


def _values(tables: Tables) -> dict[str, Floats]:
    """Each number by customer (of an organisation, over all its accounts), unknown left out."""
    party, count = tables.party, tables.parties
    sums = {
        name: np.bincount(party, np.nan_to_num(values), minlength=count)
        for name, values in tables.totals.items()
    }
    sent = np.maximum(sums["exchanges"], 1)
    hours = np.bincount(party, np.nan_to_num(tables.number("active_hours")), minlength=count)
    age = (tables.number("first_us") - tables.number("created_us")) / _DAY
    found = {
        "exchanges": sums["exchanges"],
        "active hours": hours,
        "prompt length": sums["prompt_bytes"] / sent,
        "answer length": sums["output_tokens"] / sent,
        "cached share": sums["cached_tokens"] / np.maximum(sums["input_tokens"], 1),
        "first turns": sums["first_turns"] / sent,
        "with tools": sums["with_tools"] / sent,
        "with images": sums["with_images"] / sent,
        "refused": sums["refused"] / sent,
        "asks for reasoning": sums["asks_own_reasoning"] / sent,
        "asks for judgements": sums["asks_judge"] / sent,
        "account age": age[~np.isnan(age)],
    }
    return {name: np.asarray(values, np.float64) for name, values in found.items()}
