"""Gzip (RFC 1952) read so that a damaged file gives every byte before the damage."""

from __future__ import annotations

import zlib
from typing import Protocol

__all__ = ["Gunzip", "Readable"]

_PACKED = 1 << 16
_PIECE = 1 << 14  # what one call unpacks at most: a call that fails takes along what it had


class Readable(Protocol):
    """Whatever gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""


class Gunzip:
    """The unpacked bytes of a gzip stream of one or more members."""

    def __init__(self, stored: Readable) -> None:
        self._stored = stored
        self._unpacker = zlib.decompressobj(wbits=31)
        self._packed = b""
        self._begun = False  # a member that has not ended

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end.

        Raises:
            OSError: The stream is cut off or damaged, and all before that was given.
        """
        while True:
            if not self._packed:
                self._packed = self._stored.read(_PACKED)
            if not self._packed:
                if self._begun:
                    message = "Truncated compressed stream"
                    raise OSError(message)
                return b""
            found = self._unpacked(min(size, _PIECE))
            if found:
                return found

    def _unpacked(self, most: int) -> bytes:
        self._begun = True
        try:
            found = self._unpacker.decompress(self._packed, most)
        except zlib.error as error:
            message = f"damaged gzip: {error}"
            raise OSError(message) from error
        self._packed = self._unpacker.unconsumed_tail
        if self._unpacker.eof:
            self._packed = self._unpacker.unused_data.lstrip(b"\0")  # padding of tapes
            self._unpacker = zlib.decompressobj(wbits=31)
            self._begun = False
        return found
