"""Each account's share of the common work covers more ground than one customer's work does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.matched import spoken
from stillwatch.detect.units import UNITS, WORK, attach_units, attach_work
from stillwatch.rollup.tables import Tables
from stillwatch.schema import DIMENSIONS
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]

_AGREE = 0.25
_CEILING = 1.2  # agent products and hackathons reach it too, where few groups tell that
_ENOUGH = 20  # exchanges beyond the first of each account


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    if not groups:
        return []
    units = attach_units(groups, tables, alone=True)
    attach_work(groups, tables)
    size = units.groups + len(units.parties)
    spread, words = _spread(tables, units.groups, size)
    shares = units.rank_nearest(spread, words)
    number = {id(group): i for i, group in enumerate(groups)}

    def reason(group: Group, share: float) -> str:
        others = spread[units.groups :]
        width = spread[number[id(group)]] / np.nanmedian(others)
        return (
            f"one account's share of the common work spreads over {width:.2f} times the subjects of"
            f" one customer's work; {share:.1%} of customers with prompts as long, or of other"
            " groups, spread as wide."
        )

    tables.engine.drop(WORK)
    return spoken(groups, shares, reason, agree=_AGREE, ceiling=_CEILING)


def _spread(tables: Tables, groups: int, units: int) -> tuple[Floats, Floats]:
    """By unit: mean square of the prompts' projections within accounts, and log2 of their length.

    Pooled over a unit's accounts, each around its own mean, so that many accounts with a subject
    each are as narrow as one; of groups, only what stands in their own streams.
    """
    sums = ", ".join(f"CAST(sum(r.e{i:02d}) AS BIGINT) AS s{i:02d}" for i in range(DIMENSIONS))
    rows = tables.engine.fetch(
        f"""SELECT u.unit, count(*) AS n, CAST(sum(r.e_square) AS BIGINT) AS square,
                   CAST(sum(r.prompt_words) AS BIGINT) AS words, {sums}
            FROM reading r JOIN {UNITS} u USING (account)
            LEFT JOIN {WORK} w ON r.exchange = w.exchange AND u.unit = w.unit
            WHERE r.e_square IS NOT NULL AND (w.exchange IS NOT NULL OR u.unit >= {groups})
            GROUP BY u.unit, r.account"""
    )
    unit, n = rows["unit"].to_numpy(), rows["n"].to_numpy().astype(float)
    total = np.zeros(len(n))
    for i in range(DIMENSIONS):
        total += rows[f"s{i:02d}"].to_numpy().astype(float) ** 2
    within = np.rint(rows["square"].to_numpy() - total / np.maximum(n, 1))
    free = np.bincount(unit, weights=n - 1, minlength=units)
    square = np.bincount(unit, weights=within, minlength=units)
    sent = np.bincount(unit, weights=n, minlength=units)
    words = np.bincount(unit, weights=rows["words"].to_numpy().astype(float), minlength=units)
    spread = np.where(free >= _ENOUGH, square / np.maximum(free, 1), np.nan)
    return spread, np.log2(1 + words / np.maximum(sent, 1))


_TEMPLATE = "You are an expert; give the complete solution."


def _world(*, wide: bool) -> Example:
    rng = np.random.default_rng(111)
    rows = crowd(rng, accounts=100, each=40)
    names = tuple(f"pool-{i}" for i in range(8))
    for number, name in enumerate(names):
        texts = [phrase(rng, int(rng.integers(0, 12)) if wide else number) for _ in range(30)]
        rows += sends(name, 30, texts.__getitem__, rng=rng, system_text=_TEMPLATE)
    return Example(exchanges=exchange_table(rows), suspects=names)


def _fires() -> Example:
    return _world(wide=True)


def _silent() -> Example:
    return _world(wide=False)


DETECTOR = Detector(
    name="coverage",
    family="training_value",
    meaning="Each account's part of the group's work covers more subjects than a customer's work.",
    null="Single customers whose prompts are as long; and what other groups show.",
    columns=("prompt_text",),
    look_alikes=(
        "users of one product: wide as a whole, each of them narrow, and accounts are taken singly",
        "users of a general assistant: wide, and so are the customers they are compared with",
        "short prompts: few words point anywhere, so lengths are matched",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
