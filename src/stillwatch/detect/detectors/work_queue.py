"""Accounts that share a text and whose shares of it look dealt from one deck."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import crowd, exchange_table, phrase, sends
from stillwatch.detect.streams import compare_parties, stream_bits
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_CEILING = 6.5
_FLOOR = -8.0


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    compared = compare_parties(tables)
    bits = np.clip(stream_bits(tables), _FLOOR, _CEILING)
    exchanges = tables.streams["exchanges"].to_numpy().astype(float)
    parties = tables.streams["parties"].to_numpy()
    found: list[Signal | None] = []
    for group in groups:
        own = group.streams[compared.usable[group.streams]]
        if not len(own):
            found.append(None)
            continue
        weight = np.sqrt(exchanges[own])
        # what a stream shows is shown by all of its parties, in the group or not
        mine = np.where(bits[own] > 0, _inside(group, own, tables), 1.0)
        mean = float((bits[own] * mine * weight).sum() / weight.sum())
        top = own[np.argmax(bits[own] * (exchanges[own] >= np.median(exchanges[own])))]
        kind = "as if dealt from one queue" if mean > 0 else "as strangers with one text do"
        found.append(
            Signal(
                bits=mean,
                reason=f"{parties[top]} parties send the same text with changing content, {kind}:"
                f" {compared.rho[top]:.0%} of the variety lies between them,"
                f" {compared.crossed[top]:.0%} of their texts repeat across them.",
                streams=tuple(int(s) for s in own[np.argsort(-exchanges[own])][:5]),
            )
        )
    return found


def _inside(group: Group, own: Index, tables: Tables) -> Floats:
    """Share of each stream's parties that are in the group."""
    rows = tables.by_account.of(group.accounts)
    stream = tables.stream_rows["s"].to_numpy()[rows]
    party = tables.party[tables.stream_rows["a"].to_numpy()[rows]]
    pairs = np.unique(np.stack([stream, party], axis=1), axis=0)[:, 0]
    common = np.bincount(pairs, minlength=tables.streams.num_rows)[own]
    share: Floats = common / np.maximum(tables.streams["parties"].to_numpy()[own], 1)
    return share


def _fires() -> Example:
    rng = np.random.default_rng(1)
    rows = crowd(rng)
    names = tuple(f"pool-{i}" for i in range(8))
    for name in names:
        texts = [f"{_TEMPLATE} {phrase(rng, int(rng.integers(0, 12)))}" for _ in range(30)]
        rows += sends(name, 30, texts.__getitem__, rng=rng)
    return Example(exchanges=exchange_table(rows), suspects=names)


def _silent() -> Example:
    rng = np.random.default_rng(2)
    rows = crowd(rng)
    names = tuple(f"shop-{i}" for i in range(8))
    for number, name in enumerate(names):
        texts = [f"{_TEMPLATE} {phrase(rng, number)}" for _ in range(30)]
        rows += sends(name, 30, texts.__getitem__, rng=rng)
    return Example(exchanges=exchange_table(rows), suspects=names)


_TEMPLATE = (
    "You are an expert analyst who gives complete and careful answers to every question about"
)

DETECTOR = Detector(
    name="work_queue",
    family="coordination",
    meaning="Parties share a text, never an item, and differ in content as little as by chance.",
    null="Strangers who share a text: the variance between parties that such streams show.",
    columns=("prompt_text",),
    look_alikes=(
        "customers of one product or prompt collection: each brings its own subjects",
        "a class or a benchmark: the very same items are repeated across accounts",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
