"""Many samples of one prompt, as rollouts and preference pairs need them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.matched import among_groups
from stillwatch.detect.nulls.population import rarity_bits
from stillwatch.detect.units import UNITS, Units, attach_units
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]

_AGREE = 0.25
_CEILING = 3.0
_LOOKS = 1.0  # bits: two ways of sampling are looked for
_ENOUGH = 20  # exchanges with text
_TIMES = 4  # sends of one text that are a sample of answers, not a retry
_NEAR = 0.02  # of the unit's exchanges lie between the first and the last of them
_ITEMS = 20  # homework and viral prompts are few texts
_LEAST_RATE = 0.05


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    if not groups:
        return []
    units = attach_units(groups, tables)
    asked = _asked(tables, units)
    rolled, items = _rolled(tables, units)
    by_asked = among_groups(units.rank(asked))
    by_rolled = among_groups(units.rank(rolled))
    found: list[Signal | None] = []
    for i in range(len(groups)):
        one = _bits(by_asked[i], asked[i])
        two = _bits(by_rolled[i], rolled[i] if items[i] >= _ITEMS else 0.0)
        reason = (
            f"{asked[i]:.0%} of their exchanges ask for several samples or token probabilities;"
            f" {by_asked[i]:.1%} of other customers or groups ask for them as often."
            if one >= two
            else f"{items[i]:,.0f} texts are sent {_TIMES} times and more in one go,"
            f" {rolled[i]:.0%} of their exchanges; {by_rolled[i]:.1%} of other customers or groups"
            " do as much."
        )
        bits = max(one, two)
        found.append(Signal(bits=bits, reason=reason) if bits > 0 else None)
    return found


def _bits(share: float, rate: float) -> float:
    if np.isnan(share) or rate < _LEAST_RATE:
        return 0.0
    return max(rarity_bits(share, agree=_AGREE, ceiling=_CEILING + _LOOKS, floor=0) - _LOOKS, 0.0)


def _asked(tables: Tables, units: Units) -> Floats:
    """By unit, the mean over accounts of the share with n > 1 or token probabilities."""
    total = tables.totals
    many = np.maximum(total["sampled"], total["with_logprobs"])
    rate = many / np.maximum(total["exchanges"], 1)
    of = tables.engine.fetch(f"SELECT unit, a FROM {UNITS} ORDER BY a, unit")
    unit, a = of["unit"].to_numpy(), of["a"].to_numpy()
    size = units.groups + len(units.parties)
    accounts = np.bincount(unit, minlength=size)
    sent = np.bincount(unit, weights=total["exchanges"][a], minlength=size)
    mean = np.bincount(unit, weights=rate[a], minlength=size) / np.maximum(accounts, 1)
    return np.where(sent >= _ENOUGH, mean, np.nan)


def _rolled(tables: Tables, units: Units) -> tuple[Floats, Floats]:
    """By unit: the share of exchanges whose text is sent many times in one go; how many texts.

    In one go means with little of the unit's own work between the first and the last: a class does
    its homework over days, a monitor repeats itself for ever.
    """
    rows = tables.engine.fetch(
        f"""SELECT unit, CAST(sum(k) AS BIGINT) AS n, count(*) FILTER (WHERE near) AS items,
                   CAST(coalesce(sum(k) FILTER (WHERE near), 0) AS BIGINT) AS sent
            FROM (SELECT unit, item, count(*) AS k,
                         count(*) >= {_TIMES} AND
                         max(place) - min(place) <= greatest({_NEAR} * max(total), count(*)) AS near
                  FROM (SELECT u.unit, r.item,
                               row_number() OVER (PARTITION BY u.unit
                                                  ORDER BY r.started_at, r.exchange) AS place,
                               count(*) OVER (PARTITION BY u.unit) AS total
                        FROM reading r JOIN {UNITS} u USING (account) WHERE r.item IS NOT NULL)
                  GROUP BY unit, item)
            GROUP BY unit"""
    )
    total = units.values(rows["unit"], rows["n"])
    sent = units.values(rows["unit"], rows["sent"])
    share = np.where(total >= _ENOUGH, sent / np.maximum(total, 1), np.nan)
    return share, units.values(rows["unit"], rows["items"])


def _world(*, times: int) -> Example:
    """Eight accounts that do 40 tasks; each task is sent `times` times within an hour, or once."""
    rng = np.random.default_rng(91)
    rows = crowd(rng, accounts=80, each=30)
    names = tuple(f"pool-{i}" for i in range(8))
    for task in range(40):
        text = phrase(rng, int(rng.integers(0, 12)))
        for take in range(times):
            sent = sends(
                names[(task + take) % len(names)],
                1,
                [text].__getitem__,
                rng=rng,
                since=START + timedelta(hours=5 * task),
                over=timedelta(hours=1),
            )
            rows += [{**r, "exchange_id": f"{r['exchange_id']}-{task}-{take}"} for r in sent]
    return Example(exchanges=exchange_table(rows), suspects=names)


def _fires() -> Example:
    return _world(times=8)


def _silent() -> Example:
    rng = np.random.default_rng(92)
    rows = crowd(rng, accounts=80, each=30)
    names = tuple(f"pupil-{i}" for i in range(8))
    homework = [phrase(rng, n) for n in range(10)]
    for name in names:
        rows += sends(name, 20, lambda i: homework[i % 10], rng=rng)
    return Example(exchanges=exchange_table(rows), suspects=names)


DETECTOR = Detector(
    name="sampling",
    family="training_value",
    meaning="Prompts are answered many times over: samples, token probabilities, repeated sends.",
    null="The operator's other customers, one by one; and what other groups show.",
    columns=("prompt_text",),
    look_alikes=(
        "benchmark harnesses: one customer, and counted among those compared with",
        "a class with one homework, a viral prompt: few texts, sent over days",
        "monitors and retries: one text for ever, or a text twice",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
