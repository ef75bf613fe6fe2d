"""What the streams say before anybody is linked: which look dealt from one queue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.detect.nulls.exchangeable import (
    correlation,
    likelihoods,
    queue_bits,
    strangers,
)
from stillwatch.detect.nulls.stored import fitted
from stillwatch.rollup.tables import Tables

__all__ = ["Comparison", "compare_parties", "stream_bits", "stream_weight"]

Floats = npt.NDArray[np.float64]

_PARTIES = 3  # before they can be compared
_CROSSED = 0.10  # work that is dealt out is not repeated; homework, benchmarks and memes are


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How much the parties of each stream differ, by stream position.

    Attributes:
        usable: Whether there is enough to compare.
        rho: Intraclass correlation of the subjects, 0 (one deck) … 1 (each party its own).
        bits: log2 likelihood ratio, work queue over strangers.
        crossed: Share of the exchanges whose very text another party sent too.
        weight: How much the stream counts when streams are counted (see `stream_weight`).
    """

    usable: npt.NDArray[np.bool_]
    rho: Floats
    bits: Floats
    crossed: Floats
    weight: Floats


def compare_parties(tables: Tables) -> Comparison:
    """Compare the parties of every stream with what strangers show in the same logs."""
    number = {n: tables.streams[n].to_numpy().astype(float) for n in _NUMBERS}
    parties, placed = number["placed_parties"], number["placed"]
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (number["between_square"] - number["total_square"]) / (parties - 1)
        within = (number["square"] - number["between_square"]) / (placed - parties)
        n0 = (placed - number["placed_square"] / placed) / (parties - 1)
        f = between / within
    usable = (
        (parties >= _PARTIES) & (placed > parties + 2) & (within > 0) & np.isfinite(f) & (f > 0)
    )
    crossed = np.nan_to_num(number["crossed"]) / np.maximum(
        np.nan_to_num(number["item_exchanges"]), 1
    )
    weight = stream_weight(tables)
    rho, bits = np.full(len(f), np.nan), np.zeros(len(f))
    if usable.any():
        density = likelihoods(f[usable], n0[usable], parties[usable], placed[usable])
        alone = weight[usable] * (crossed[usable] < _CROSSED)
        honest = fitted(tables, "strangers", lambda: strangers(density, alone))
        rho[usable] = correlation(f[usable], n0[usable])
        bits[usable] = queue_bits(density, honest)
    return Comparison(usable=usable, rho=rho, bits=bits, crossed=crossed, weight=weight)


def stream_weight(tables: Tables) -> Floats:
    """By stream position: each account has one vote, split over its streams, averaged by stream.

    A hundred streams of one set of accounts then count about once, as one stream of it would.
    """
    s, a = tables.stream_rows["s"].to_numpy(), tables.stream_rows["a"].to_numpy()
    streams_of = np.bincount(a, minlength=tables.accounts.num_rows)
    votes = np.bincount(
        s, weights=1 / np.maximum(streams_of[a], 1), minlength=tables.streams.num_rows
    )
    accounts_of = np.bincount(s, minlength=tables.streams.num_rows)
    weight: Floats = votes / np.maximum(accounts_of, 1)
    return weight


_NUMBERS = (
    "placed",
    "placed_parties",
    "placed_square",
    "square",
    "between_square",
    "total_square",
    "crossed",
    "item_exchanges",
)


def stream_bits(tables: Tables) -> Floats:
    """By stream position, what a share in the stream says for one operator, in bits.

    A stream whose very texts are repeated across parties is a worksheet, not a queue, and links
    nobody.
    """
    compared = compare_parties(tables)
    dealt = np.clip(1 - compared.crossed / _CROSSED, 0, 1)
    return np.where(compared.bits > 0, compared.bits * dealt, compared.bits)
