"""One file of logs: where it is, how it is packed, what it holds."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

__all__ = ["STDIN", "Source", "Stream", "head_of", "packing"]

STDIN = "-"
_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_HEAD = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file of logs.

    Attributes:
        path: As given or found; `-` is standard input.
        size: Bytes as stored; 0 where unknown.
        compression: `none`, `gzip` or `zstd`.
        format: Registered name of the format its start shows; None where it is not read.
        note: Why it is not read; empty where it is.
        data: The bytes themselves, where they came over the network; `path` then only names them.
    """

    path: str
    size: int
    compression: str
    format: str | None
    note: str = ""
    data: bytes | None = None


class Stream:
    """The unpacked bytes of a source; also knows how far into the stored bytes it is."""

    def __init__(self, source: Source) -> None:
        self._kind = source.compression
        self._stored: BinaryIO | pa.NativeFile
        if source.data is not None:
            self._stored = pa.BufferReader(source.data)
        elif source.path == STDIN:
            self._stored = sys.stdin.buffer
        else:
            self._stored = pa.OSFile(source.path)
        packed = source.compression != "none"
        native = isinstance(self._stored, pa.NativeFile)
        inner = self._stored if native else pa.PythonFile(self._stored, "r")
        self._plain = (
            pa.CompressedInputStream(inner, source.compression) if packed else self._stored
        )

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end.

        Raises:
            OSError: The packed file is cut off or damaged.
        """
        found: bytes = self._plain.read(size)
        return found

    def file(self) -> BinaryIO:
        """The stream as an unseekable Python file."""
        return io.BufferedReader(_Raw(self), buffer_size=1 << 20)

    def seekable(self) -> pa.NativeFile:
        """The unpacked bytes as a file that can seek: itself, or an unpacked copy on disk."""
        if isinstance(self._stored, pa.NativeFile):
            return (
                self._stored if self._plain is self._stored else pa.BufferReader(_copied(self.read))
            )
        return pa.BufferReader(_standard_input(self._stored, self._kind))


class _Raw(io.RawIOBase):
    """Adapts `Stream.read` to Python's buffered files."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # narrower buffer
        piece = self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def _copied(read: Callable[[int], bytes]) -> pa.Buffer:
    # Mapped, then unlinked: the copy costs no memory and is gone with its last reader.
    handle, path = tempfile.mkstemp()
    try:
        with os.fdopen(handle, "wb") as copy:
            while piece := read(1 << 22):
                copy.write(piece)
        return pa.memory_map(path).read_buffer()
    finally:
        Path(path).unlink()


@lru_cache(maxsize=1)
def _standard_input(stored: BinaryIO, kind: str) -> pa.Buffer:
    # It can be read only once, but its columns are looked at before its rows.
    plain = stored if kind == "none" else pa.CompressedInputStream(pa.PythonFile(stored, "r"), kind)
    return _copied(plain.read)


def packing(start: bytes) -> str:
    """How a file that starts with these bytes is packed."""
    return next((name for magic, name in _MAGIC.items() if start.startswith(magic)), "none")


def head_of(path: str) -> tuple[bytes, str]:
    """The first unpacked bytes of a file, and how it is packed; standard input is not consumed.

    Raises:
        OSError: The file cannot be read, or is packed and damaged from its start.
    """
    if path == STDIN:
        start = _peeked()
        kind = packing(start)
        return (start, kind) if kind == "none" else (_unpacked(start, kind), kind)
    with pa.OSFile(path) as file:
        start = file.read(_HEAD)
    kind = packing(start)
    if kind == "none":
        return start, kind
    with pa.OSFile(path) as file, pa.CompressedInputStream(file, kind) as plain:
        return plain.read(_HEAD), kind


def _peeked() -> bytes:
    peek = getattr(sys.stdin.buffer, "peek", None)
    found: bytes = peek(_HEAD) if peek is not None else b""
    return found


def _unpacked(start: bytes, kind: str) -> bytes:
    plain = pa.CompressedInputStream(pa.BufferReader(start), kind)
    found = b""
    try:
        while len(found) < _HEAD and (piece := plain.read(1 << 12)):
            found += piece
    except OSError:
        return found  # the peek cut the packed stream; what came out is enough
    return found
