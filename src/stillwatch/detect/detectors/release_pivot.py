"""Within a day of a model's release a group moves to it, in excess of customers as busy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.population import rarity_bits
from stillwatch.rollup.tables import Tables
from stillwatch.schema import MODEL_RELEASE
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_DAY = 86_400_000_000
_BEFORE = 3 * _DAY
_AGREE = 0.3
_CEILING = 1.2
_UNCOMPARED = 1.1  # the most where there are too few sets of users to know what products do
_SETS = 5
_RELEASES = 5  # the newest that the logs cover
_PARTIES = 3
_ENOUGH = 3  # exchanges a party must have on either side of the release
_LEVELS = 6  # of prior activity, within which customers are matched
_LEAST = 0.25  # of the traffic, beyond matched customers: half of what a published campaign moved


class _Pivot:
    """Share of a party's first day after a release that went to the new model.

    Attributes:
        model: Which model.
        share: By party; NaN where it was not active on both sides.
        level: Its activity before, as a power of two, -1 where not active.
    """

    def __init__(self, model: str, at: int, tables: Tables) -> None:
        self.model = model
        name = model.replace("'", "''")
        rows = tables.engine.fetch(
            f"""SELECT account,
                       CAST(count(*) FILTER (WHERE us < {at}) AS BIGINT) AS before,
                       CAST(count(*) FILTER (WHERE us >= {at}) AS BIGINT) AS after,
                       CAST(count(*) FILTER (WHERE us >= {at} AND model = '{name}')
                            AS BIGINT) AS new
                FROM (SELECT account, model, epoch_us(started_at) AS us FROM reading
                      WHERE epoch_us(started_at) >= {at - _BEFORE}
                        AND epoch_us(started_at) < {at + _DAY})
                GROUP BY account ORDER BY account"""
        )
        party = tables.party[tables.place(rows["account"])]
        before, after, new = (
            np.bincount(party, rows[n].to_numpy().astype(float), minlength=tables.parties)
            for n in ("before", "after", "new")
        )
        active = (before >= _ENOUGH) & (after >= _ENOUGH)
        self.share = np.where(active, new / np.maximum(after, 1), np.nan)
        self.level = np.where(active, np.minimum(np.log2(np.maximum(before, 1)), _LEVELS - 1), -1)
        self.level = self.level.astype(np.int64)

    def excess(self, mine: Index) -> tuple[Floats, Floats]:
        """Excess of the group's active parties and of all others, over others as busy."""
        outside = self.level >= 0
        outside[mine] = False
        number = np.bincount(self.level[outside], minlength=_LEVELS)
        total = np.bincount(self.level[outside], self.share[outside], minlength=_LEVELS)
        overall = total.sum() / max(number.sum(), 1)
        usual = (total + overall) / (number + 1)
        inside = mine[self.level[mine] >= 0]
        return (
            self.share[inside] - usual[self.level[inside]],
            np.where(outside, self.share - usual[self.level], np.nan),
        )


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    if not groups or tables.releases is None:
        return [None] * len(groups)
    pivots = [_Pivot(model, at, tables) for model, at in _covered(tables.releases, tables)]
    streams = tables.once(_Sets)
    found: list[Signal | None] = []
    for group in groups:
        looks = [_one(group, p, len(pivots), streams, tables) for p in pivots]
        signals = [s for s in looks if s]
        found.append(max(signals, key=lambda s: (s.bits, s.reason)) if signals else None)
    return found


def _covered(releases: pa.Table, tables: Tables) -> list[tuple[str, int]]:
    """Model and moment of the newest releases with traffic on both sides."""
    first = int(tables.number("first_us").min())
    last = int(tables.number("last_us").max())
    moments = pc.cast(releases["released_at"], pa.int64()).to_pylist()
    known = [
        (int(at), str(model))
        for model, at in zip(releases["model"].to_pylist(), moments, strict=True)
        if at is not None and first + _DAY <= at <= last - _DAY // 2
    ]
    return [(model, at) for at, model in sorted(known)[-_RELEASES:]]


class _Sets:
    """Rows stream × party, to average over the parties of each stream."""

    def __init__(self, tables: Tables) -> None:
        rows = tables.stream_rows
        pairs = np.stack([rows["s"].to_numpy(), tables.party[rows["a"].to_numpy()]])
        self.stream, self.party = np.unique(pairs, axis=1)
        self.streams = tables.streams.num_rows

    def means(self, excess: Floats) -> Floats:
        """Mean of the known values of each stream that has enough of them."""
        known = ~np.isnan(excess[self.party])
        stream, party = self.stream[known], self.party[known]
        number = np.bincount(stream, minlength=self.streams)
        total = np.bincount(stream, excess[party], minlength=self.streams)
        usable = number >= _PARTIES
        means: Floats = total[usable] / number[usable]
        return means


def _one(group: Group, pivot: _Pivot, looks: int, sets: _Sets, tables: Tables) -> Signal | None:
    mine = np.unique(tables.party[group.accounts])
    inside, others = pivot.excess(mine)
    if len(inside) < _PARTIES or inside.mean() < _LEAST:
        return None
    excess = float(inside.mean())
    single = others[~np.isnan(others)]
    jointly = sets.means(others)
    alone = (1 + int((single >= excess).sum())) / (1 + len(single))
    compared = len(jointly) >= _SETS
    alike = (1 + int((jointly >= excess).sum())) / (1 + len(jointly)) if compared else alone
    ceiling = _CEILING if compared else _UNCOMPARED
    share = min(looks * max(alone, alike), 1.0)  # the best of several releases is told
    bits = rarity_bits(share, agree=_AGREE, ceiling=ceiling, floor=0)
    if bits <= 0:
        return None
    return Signal(
        bits=bits,
        reason=f"within a day of the release of {pivot.model} {len(inside)} parties moved"
        f" {np.nanmean(pivot.share[mine]):.0%} of their traffic to it, {excess:.0%} more than"
        f" customers as busy; {max(alone, alike):.1%} of others do.",
    )


def _world(seed: int, *, eager: float) -> Example:
    rng = np.random.default_rng(seed)
    at = START + timedelta(days=6)
    names = tuple(f"pool-{i}" for i in range(8))
    rows = crowd(rng, accounts=150, each=60)
    for name in names:
        rows += sends(name, 120, lambda _: phrase(rng, int(rng.integers(0, 12))), rng=rng)
    for row in rows:
        taste = eager if row["account_id"] in names else 0.15
        new = row["started_at"] >= at and rng.random() < taste
        row["model"] = "large-2" if new else "large-1"
    release = pa.Table.from_pylist([{"model": "large-2", "released_at": at}], schema=MODEL_RELEASE)
    return Example(exchanges=exchange_table(rows), suspects=names, releases=release)


def _fires() -> Example:
    return _world(22, eager=0.8)


def _silent() -> Example:
    return _world(23, eager=0.15)


DETECTOR = Detector(
    name="release_pivot",
    family="coordination",
    meaning="Within a day of a model's release the group moves to it more than customers as busy.",
    null="The moves of other customers as busy before, alone and as sets that share a text.",
    columns=("model", "model_release.released_at"),
    look_alikes=(
        "everybody tries the new model: only the excess over customers as busy counts",
        "a product that changes its model for all its users: such sets are compared with, few bits",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
