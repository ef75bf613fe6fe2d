"""The same images from a few parties each, again and again: screenshots dealt out twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, crowd, exchange_table, phrase
from stillwatch.detect.nulls.population import Crowd, rarity_bits
from stillwatch.rollup.rows import Rows
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_AGREE = 0.4
_CEILING = 3.0
_FEW = 6  # parties: an image that more have is a meme, a screenshot of the day, course material
_PART = 0.5  # of the group's parties: an image that most of them have was given to them
_ENOUGH = 5  # images
_PARTIES = 4


class _Images:
    """Which party shows which image that another shows too, and how many images it shows in all."""

    def __init__(self, tables: Tables) -> None:
        rows = tables.engine.fetch(
            """SELECT value, account FROM attribute WHERE kind = 'image' ORDER BY value, account"""
        )
        _, image = np.unique(rows["value"].to_numpy(), return_inverse=True)
        party = tables.party[tables.place(rows["account"])]
        pairs = np.unique(np.stack([image.astype(np.int64), party], axis=1), axis=0)
        self.image, self.party = pairs[:, 0], pairs[:, 1]
        self.common = np.bincount(self.image, minlength=1)
        self.shown = _shown(tables)
        self.by_party = Rows.by(self.party, tables.parties)
        rare = (self.common[self.image] > 1) & (self.common[self.image] <= _FEW)
        shared = np.bincount(self.party[rare], minlength=tables.parties)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.share = np.where(self.shown > 0, shared / self.shown, np.nan)


def _shown(tables: Tables) -> Floats:
    """Different images by party."""
    rows = tables.engine.fetch(
        """SELECT a.party, count(DISTINCT i.image) AS images
           FROM (SELECT account, unnest(images) AS image FROM reading WHERE len(images) > 0) i
           JOIN account a ON i.account = a.account GROUP BY a.party ORDER BY a.party"""
    )
    names = np.unique(tables.accounts["party"].to_numpy())
    shown = np.zeros(tables.parties)
    shown[np.searchsorted(names, rows["party"].to_numpy())] = rows["images"].to_numpy()
    return shown


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    if not groups:
        return []
    images = _Images(tables)
    return [_one(group, images, tables) for group in groups]


def _one(group: Group, images: _Images, tables: Tables) -> Signal | None:
    mine = np.unique(tables.party[group.accounts])
    mine = mine[images.shown[mine] > 0]
    if len(mine) < _PARTIES:
        return None
    rows = images.by_party.of(mine)
    names, at, here = np.unique(images.image[rows], return_inverse=True, return_counts=True)
    few = (here > 1) & (images.common[names] <= _FEW) & (here <= _PART * len(mine))
    place = np.searchsorted(mine, images.party[rows])
    shared = np.bincount(place[few[at]], minlength=len(mine))
    if few.sum() < _ENOUGH or (shared > 0).sum() < _PARTIES:
        return None
    typical = float((shared / images.shown[mine]).mean())
    share, others = Crowd(images.share).share_above(typical, mine)
    bits = rarity_bits(share, agree=_AGREE, ceiling=_CEILING, floor=0)
    if bits <= 0:
        return None
    return Signal(
        bits=bits,
        reason=f"{int(few.sum()):,} images come from a few of {len(mine)} parties each,"
        f" {typical:.0%} of what they show; {share:.1%} of {others:,} other customers with images"
        " share as many.",
    )


def _shows(
    names: Sequence[str], images: Sequence[Sequence[str]], rng: np.random.Generator
) -> list[dict[str, Any]]:
    """One exchange an image."""
    return [
        {
            "exchange_id": f"{name}-image-{number}",
            "account_id": name,
            "started_at": START + timedelta(hours=float(rng.uniform(0, 200))),
            "prompt_text": phrase(rng, number),
            "image_digests": [image],
        }
        for name, mine in zip(names, images, strict=True)
        for number, image in enumerate(mine)
    ]


def _example(seed: int, images: Sequence[Sequence[str]]) -> Example:
    rng = np.random.default_rng(seed)
    rows = crowd(rng)
    own = [[f"own-{i}-{n}" for n in range(8)] for i in range(60)]
    rows += _shows([f"crowd-{i}" for i in range(60)], own, rng)
    names = [f"pool-{i}" for i in range(len(images))]
    return Example(
        exchanges=exchange_table(rows + _shows(names, images, rng)), suspects=tuple(names)
    )


def _fires() -> Example:
    rng = np.random.default_rng(28)
    drawn = [rng.choice(60, 15, replace=False) for _ in range(8)]
    return _example(28, [[f"screen-{n}" for n in mine] for mine in drawn])


def _silent() -> Example:
    return _example(29, [[f"figure-{n}" for n in range(10)] for _ in range(8)])


DETECTOR = Detector(
    name="image_duplicates",
    family="coordination",
    meaning="The same images come from a few parties each, as when one collection is dealt out.",
    null="How many of their images other customers share with a few parties.",
    columns=("image_digests",),
    look_alikes=(
        "memes and public screenshots: images of many parties",
        "course material and benchmarks: most of the group has each image",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
