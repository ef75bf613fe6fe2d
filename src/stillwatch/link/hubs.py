"""Hubs: what several parties share, with the bits that a share in it is worth.

Linking every pair of a thousand accounts that share one card would take half a million edges; one
hub with a thousand spokes says the same. A hub's weight is the Fellegi-Sunter weight of agreeing on
its value, capped by its kind.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stillwatch.link.cohorts import cohorts
from stillwatch.link.comparisons import COMPARISONS
from stillwatch.link.newcomers import newcomers
from stillwatch.link.order import in_fixed_order
from stillwatch.rollup.rows import pairs
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Hubs

__all__ = ["hubs"]

Index = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_LEAST_BITS = 1.0
_SHARED = 2  # parties that show a value before it is shared
_RARE = 3.0  # at the most, for sharing a text that few parties share: a lead, not yet evidence
_RECIPE = 0.4  # of a stream's exchanges ask for what a training set is made of
_DEALT = (-3.0, 4.0)  # what the comparison of the parties may take off or add


def hubs(tables: Tables, stream_bits: Floats) -> Hubs:
    """Every hub that is worth at least a bit.

    Args:
        tables: The run's rollups.
        stream_bits: By stream position, what a share in the stream says for one operator.
    """
    parts = [
        *_value_hubs(tables),
        _cohort_hubs(tables),
        _stream_hubs(tables, stream_bits),
        _weighed(tables, "newcomers", *newcomers(tables)),
    ]
    hub, account, kind, bits, stream = [], [], [], [], []
    count = 0
    for part in parts:
        hub.append(part.hub + count)
        account.append(part.account)
        kind.append(part.kind)
        bits.append(part.bits)
        stream.append(part.stream)
        count += len(part.bits)
    found = Hubs(
        hub=np.concatenate(hub),
        account=np.concatenate(account),
        kind=np.concatenate(kind),
        bits=np.concatenate(bits),
        stream=np.concatenate(stream),
    )
    return in_fixed_order(found)


def _value_hubs(tables: Tables) -> list[Hubs]:
    values = tables.values
    kinds = np.asarray(values["kind"].combine_chunks().to_numpy(zero_copy_only=False)).astype(str)
    kinds = np.where(np.isin(kinds, ["reasoning_in", "reasoning_out"]), "reasoning", kinds)
    v, a = values["v"].to_numpy(), values["a"].to_numpy()
    return [
        _weighed(tables, kind, v[kinds == kind], a[kinds == kind])
        for kind in COMPARISONS
        if kind not in {"cohort", "stream", "recipe", "newcomers"}
    ]


def _cohort_hubs(tables: Tables) -> Hubs:
    batches = cohorts(tables.engine)
    account = tables.place(batches["account"])
    return _weighed(
        tables, "cohort", batches["value"].to_numpy(), account, batches["lift_bits"].to_numpy()
    )


def _stream_hubs(tables: Tables, stream_bits: Floats) -> Hubs:
    rows = tables.stream_rows
    s, a = rows["s"].to_numpy(), rows["a"].to_numpy()
    parties = tables.streams["parties"].to_numpy()
    rare = np.minimum(np.log2(tables.parties / np.maximum(parties, 1)), _RARE)
    worth = rare + np.clip(stream_bits, *_DEALT)
    used = worth[s] >= _LEAST_BITS
    part = _weighed(tables, "stream", s[used], a[used], worth[s[used]])
    stream = np.unique(s[used])[part.stream]
    kind = np.where(tables.recipe_share[stream] >= _RECIPE, "recipe", part.kind)
    return Hubs(hub=part.hub, account=part.account, kind=kind, bits=part.bits, stream=stream)


def _weighed(
    tables: Tables, kind: str, value: Index, account: Index, known_bits: Floats | None = None
) -> Hubs:
    """Hubs of one kind; drops those of one party, those too common, and those worth too little."""
    comparison = COMPARISONS[kind]
    _, hub = np.unique(value, return_inverse=True)
    hub = hub.astype(np.int64)
    count = int(hub.max()) + 1 if len(hub) else 0
    shown, _ = pairs(hub, tables.party[account])
    parties = np.bincount(shown, minlength=count)
    common = np.maximum(parties, 1) / max(tables.parties, 1)
    bits = np.log2(comparison.agree / common) if count else np.empty(0)
    if known_bits is not None:
        bits = np.zeros(count)
        np.maximum.at(bits, hub, known_bits)
    bits = np.minimum(bits, comparison.ceiling)
    keep = (parties >= _SHARED) & (parties <= comparison.hub) & (bits >= _LEAST_BITS)
    number = np.cumsum(keep) - 1
    spoke = keep[hub] if count else np.empty(0, bool)
    kept = int(keep.sum())
    shared, sharing = pairs(number[hub[spoke]], account[spoke])
    return Hubs(
        hub=shared,
        account=sharing,
        kind=np.full(kept, kind, dtype="<U16"),
        bits=bits[keep],
        stream=np.flatnonzero(keep).astype(np.int64) if kind == "stream" else np.full(kept, -1),
    )
