"""Hubs in an order that depends on who shares them, never on what is shared.

Shared values are keyed hashes, so their own order changes with the secret of an installation; a
community search that meets the hubs in another order may end elsewhere. Numbered by kind, worth and
members, the same logs give the same communities under any secret. Hubs that agree in all of that
are interchangeable.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stillwatch.schema.results import Hubs

__all__ = ["in_fixed_order"]

_ODD = np.uint64(0x9E37_79B9_7F4A_7C15)  # SplitMix64 (Steele, Lea, Flood 2014)
_MIX = (
    (np.uint64(30), np.uint64(0xBF58_476D_1CE4_E5B9)),
    (np.uint64(27), np.uint64(0x94D0_49BB_1331_11EB)),
)


def in_fixed_order(hubs: Hubs) -> Hubs:
    """The hubs numbered by kind, first member, size, bits and members; spokes by hub, account."""
    if not len(hubs.hub):
        return hubs
    size = np.bincount(hubs.hub, minlength=len(hubs.bits))
    first = np.full(len(hubs.bits), np.iinfo(np.int64).max)
    np.minimum.at(first, hubs.hub, hubs.account)
    members = np.zeros(len(hubs.bits), np.uint64)
    np.bitwise_xor.at(members, hubs.hub, _mixed(hubs.account))
    rank = np.lexsort((hubs.stream, members, hubs.bits, size, first, hubs.kind))
    place = np.empty(len(rank), np.int64)
    place[rank] = np.arange(len(rank))
    hub = place[hubs.hub]
    spokes = np.lexsort((hubs.account, hub))
    return Hubs(
        hub=hub[spokes],
        account=hubs.account[spokes],
        kind=hubs.kind[rank],
        bits=hubs.bits[rank],
        stream=hubs.stream[rank],
    )


def _mixed(account: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """One well spread number an account, so that an exclusive or of them tells sets apart."""
    with np.errstate(over="ignore"):
        value = (account.astype(np.uint64) + np.uint64(1)) * _ODD
        for shift, factor in _MIX:
            value = (value ^ (value >> shift)) * factor
    spread: npt.NDArray[np.uint64] = value ^ (value >> np.uint64(31))
    return spread
