"""Numbers as the strings of the data contract: keys in hexadecimal, addresses, lists of digests."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.sim.draw import I64, U64, Bits, expand, mix

__all__ = ["addresses", "digest_lists", "keys", "networks", "nullable", "words"]

_PAIRS = np.frombuffer("".join(f"{i:02x}" for i in range(256)).encode(), np.uint16)
_OCTETS = pa.array([str(i) for i in range(256)])


def keys(prefix: str, digests: U64) -> pa.Array:
    """Digests as a prefix and sixteen hexadecimal digits."""
    count, lead = len(digests), len(prefix)
    raw = np.empty((count, lead + 16), np.uint8)
    raw[:, :lead] = np.frombuffer(prefix.encode(), np.uint8)
    octets = np.ascontiguousarray(digests.astype(">u8")).view(np.uint8).reshape(count, 8)
    raw[:, lead:] = _PAIRS[octets].view(np.uint8).reshape(count, 16)
    offsets = np.arange(count + 1, dtype=np.int32) * (lead + 16)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(raw.tobytes())]
    return pa.Array.from_buffers(pa.string(), count, buffers)


def nullable(values: pa.Array, known: Bits) -> pa.Array:
    """Values where known, null elsewhere."""
    return pc.if_else(pa.array(known), values, pa.scalar(None, values.type))


def words(table: tuple[str | None, ...] | list[str], index: npt.NDArray[np.generic]) -> pa.Array:
    """Words of a table by index."""
    return pa.array(list(table), pa.string()).take(pa.array(index.astype(np.int64)))


def _octet(ips: npt.NDArray[np.uint32], place: int) -> pa.Array:
    return _OCTETS.take(pa.array(((ips >> (24 - 8 * place)) & 255).astype(np.int64)))


def addresses(ips: npt.NDArray[np.uint32]) -> pa.Array:
    """IPv4 text; 0 is null."""
    parts = [_octet(ips, place) for place in range(4)]
    return nullable(pc.binary_join_element_wise(*parts, "."), ips > 0)


def networks(ips: npt.NDArray[np.uint32]) -> pa.Array:
    """The /24 of IPv4 addresses as text; 0 is null."""
    parts = [_octet(ips, place) for place in range(3)]
    return nullable(pc.binary_join_element_wise(*parts, "0/24", "."), ips > 0)


def digest_lists(seeds: U64, counts: I64, prefix: str = "") -> pa.Array:
    """Lists of digests: the k-th of a list is a function of its seed and k; none is null."""
    group, place = expand(counts)
    flat = keys(prefix, mix(seeds[group] + place.astype(np.uint64) * np.uint64(0x51_7C_C1), 9))
    offsets = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=offsets[1:])
    empty = counts == 0
    return pa.ListArray.from_arrays(
        pa.array(offsets), flat, mask=pa.array(empty) if empty.any() else None
    )
