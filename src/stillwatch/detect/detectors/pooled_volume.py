"""The one kind of work that a group shares is larger than what parties otherwise share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.population import rarity_bits
from stillwatch.detect.streams import stream_weight
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]

_AGREE = 0.6
_CEILING = 2.0


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    mass = tables.streams["exchanges"].to_numpy().astype(float)
    weight = stream_weight(tables)
    return [_one(group, mass, weight, tables) for group in groups]


def _one(group: Group, mass: Floats, weight: Floats, tables: Tables) -> Signal | None:
    if not len(group.streams):
        return None
    rows = tables.by_account.of(group.accounts)
    stream = tables.stream_rows["s"].to_numpy()[rows]
    sent = tables.stream_rows["exchanges"].to_numpy()[rows].astype(float)
    own = np.bincount(stream, weights=sent, minlength=len(mass))[group.streams]
    top = int(group.streams[np.argmax(own)])
    work = float(own.max())
    others = np.ones(len(mass), bool)
    others[group.streams] = False
    larger = float(weight[others & (mass >= work)].sum())
    share = (1 + larger) / (1 + float(weight[others].sum()))
    return Signal(
        bits=rarity_bits(share, agree=_AGREE, ceiling=_CEILING),
        reason=f"one kind of work makes {work:,.0f} exchanges: more than {1 - share:.0%} of what"
        " other parties share a text for.",
        streams=(top,),
    )


_TEMPLATE = "Answer the following question as an expert with all the detail that you can give:"


def _fires() -> Example:
    rng = np.random.default_rng(7)
    rows = crowd(rng, accounts=100) + _small_apps(rng)
    names = tuple(f"pool-{i}" for i in range(12))
    for name in names:
        texts = [f"{_TEMPLATE} {phrase(rng, int(rng.integers(0, 12)))}" for _ in range(20)]
        rows += sends(name, 20, texts.__getitem__, rng=rng)
    return Example(exchanges=exchange_table(rows), suspects=names)


def _silent() -> Example:
    rng = np.random.default_rng(8)
    rows = crowd(rng, accounts=100) + _small_apps(rng)
    names = tuple(f"friend-{i}" for i in range(4))
    for name in names:
        texts = [f"{_TEMPLATE} {phrase(rng, 3)}" for _ in range(6)]
        rows += sends(name, 6, texts.__getitem__, rng=rng)
    return Example(exchanges=exchange_table(rows), suspects=names)


def _small_apps(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Twenty texts that a few parties each share."""
    rows: list[dict[str, Any]] = []
    for app in range(20):
        opening = phrase(rng, app, words=12)
        for user in range(4):
            texts = [f"{opening} {phrase(rng, app + user)}" for _ in range(10)]
            rows += sends(f"app-{app}-{user}", 10, texts.__getitem__, rng=rng)
    return rows


DETECTOR = Detector(
    name="pooled_volume",
    family="volume",
    meaning="The group's largest stream is larger than the texts that other parties share.",
    null="The sizes of the operator's other streams.",
    columns=("prompt_text",),
    look_alikes=(
        "pipelines and fleets: one customer already, and counted among those compared with",
        "a class or a family: small in total",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
