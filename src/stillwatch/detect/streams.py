"""What the streams say before anybody is linked: which look dealt from one queue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.detect.nulls.exchangeable import (
    QUEUE,
    STRANGERS,
    likelihoods,
    queue_bits,
    strangers,
)
from stillwatch.detect.nulls.stored import fitted
from stillwatch.detect.shares import ASPECTS, Variance, by_stream
from stillwatch.rollup.tables import Tables

__all__ = [
    "CROSSED",
    "Comparison",
    "compare_parties",
    "dealt_bits",
    "stream_bits",
    "stream_weight",
]

Floats = npt.NDArray[np.float64]

CROSSED = 0.10
"""Share of repeated texts from which a stream is a worksheet: dealt work is not repeated."""


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
    return tables.once(_compared)


def _compared(tables: Tables) -> Comparison:
    number = {n: np.nan_to_num(tables.streams[n].to_numpy().astype(float)) for n in _NUMBERS}
    crossed = number["crossed"] / np.maximum(number["item_exchanges"], 1)
    weight = stream_weight(tables)
    seen = by_stream("subjects", tables)
    usable = seen.usable
    rho, bits = np.full(len(usable), np.nan), np.zeros(len(usable))
    if usable.any():
        rho[usable] = seen.correlation[usable]
        bits[usable] = dealt_bits(seen, "subjects", tables)
    return Comparison(usable=usable, rho=rho, bits=bits, crossed=crossed, weight=weight)


def _density(seen: Variance, aspect: str) -> Floats:
    """Log density of the usable entries for every intraclass correlation of the grid."""
    use = seen.usable
    return likelihoods(
        seen.f[use],
        seen.n0[use],
        seen.between[use],
        seen.within[use],
        dimensions=ASPECTS[aspect].dimensions,
    )


def dealt_bits(seen: Variance, aspect: str, tables: Tables) -> Floats:
    """log2 likelihood ratio, dealt shares over strangers' shares, of the usable entries."""
    return queue_bits(_density(seen, aspect), _null_of(tables, aspect), queue=QUEUE[aspect])


def _null_of(tables: Tables, aspect: str) -> Floats:
    """What correlation strangers who share a text show in these logs, over the grid."""
    return tables.once(_null, aspect)


def _null(tables: Tables, aspect: str) -> Floats:
    number = {n: np.nan_to_num(tables.streams[n].to_numpy().astype(float)) for n in _NUMBERS}
    alone = number["crossed"] / np.maximum(number["item_exchanges"], 1) < CROSSED
    seen = by_stream(aspect, tables)
    weight = (stream_weight(tables) * alone)[seen.usable]
    return fitted(
        tables,
        f"strangers/{aspect}",
        lambda: strangers(_density(seen, aspect), weight, prior=STRANGERS[aspect]),
    )


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


_NUMBERS = ("crossed", "item_exchanges")


def stream_bits(tables: Tables) -> Floats:
    """By stream position, what a share in the stream says for one operator, in bits.

    A stream whose very texts are repeated across parties is a worksheet, not a queue, and links
    nobody.
    """
    compared = compare_parties(tables)
    dealt = np.clip(1 - compared.crossed / CROSSED, 0, 1)
    return np.where(compared.bits > 0, compared.bits * dealt, compared.bits)
