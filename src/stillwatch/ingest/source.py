"""One file of logs: where it is, how it is packed, what it holds."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from stillwatch.ingest.gunzip import Gunzip, Readable

__all__ = ["STDIN", "Source", "Stream", "head_of", "nearest", "packing"]

STDIN = "-"
_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_HEAD = 1 << 16
_PIECE = 1 << 14


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
    """The unpacked bytes of a source; a damaged one gives all that came before the damage.

    Attributes:
        fault: Why the bytes ended early; None while nothing went wrong.
    """

    def __init__(self, source: Source) -> None:
        self.fault: OSError | None = None
        self._kind = source.compression
        self._stored: _Ahead | pa.NativeFile
        if source.data is not None:
            self._stored = pa.BufferReader(source.data)
        elif source.path == STDIN:
            self._stored = _ahead(sys.stdin.buffer)
        else:
            self._stored = pa.OSFile(source.path)
        self._plain = _plain(self._stored, source.compression)

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end.

        Raises:
            OSError: The packed file is cut off or damaged; what came before has been given.
        """
        if self.fault is not None:
            raise self.fault
        if self._kind == "none":
            return self._plain.read(size)
        pieces: list[bytes] = []
        while size > 0:  # in small pieces: one that fails takes along what it had unpacked
            try:
                piece = self._plain.read(min(size, _PIECE))
            except OSError as fault:
                self.fault = fault
                break
            if not piece:
                break
            pieces.append(piece)
            size -= len(piece)
        if self.fault is not None and not pieces:
            raise self.fault
        return b"".join(pieces)

    def file(self) -> BinaryIO:
        """The stream as an unseekable Python file; ask `fault` at its end."""
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
        try:
            piece = self._stream.read(len(buffer))
        except OSError:
            return 0  # whoever reads this file to its end asks `Stream.fault` why it ended
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
def _standard_input(stored: _Ahead, kind: str) -> pa.Buffer:
    # It can be read only once, but its columns are looked at before its rows.
    return _copied(_plain(stored, kind).read)


def _plain(stored: _Ahead | pa.NativeFile, kind: str) -> Readable:
    """The stream without its packing."""
    if kind == "none":
        return stored
    if kind == "gzip":
        return Gunzip(stored)
    native = stored if isinstance(stored, pa.NativeFile) else pa.PythonFile(stored, "r")
    plain: Readable = pa.CompressedInputStream(native, kind)
    return plain


class _Ahead:
    """Standard input whose start can be looked at before it is read, however late it comes."""

    closed = False

    def __init__(self, stored: BinaryIO) -> None:
        self._stored = stored
        self._start = b""
        self._looked = False

    def start(self) -> bytes:
        """Its first bytes; waits for them."""
        if not self._looked:
            self._looked = True
            self._start = self._stored.read(_HEAD)
        return self._start

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes."""
        if not self._start:
            return self._stored.read(size)
        cut = len(self._start) if size < 0 else size
        found, self._start = self._start[:cut], self._start[cut:]
        return found + self._stored.read() if size < 0 else found


@lru_cache(maxsize=1)
def _ahead(stored: BinaryIO) -> _Ahead:
    return _Ahead(stored)


def packing(start: bytes) -> str:
    """How a file that starts with these bytes is packed."""
    return next((name for magic, name in _MAGIC.items() if start.startswith(magic)), "none")


def head_of(path: str) -> tuple[bytes, str]:
    """The first unpacked bytes of a file, and how it is packed; standard input is not consumed.

    Raises:
        OSError: The file cannot be read, or is packed and damaged from its start.
    """
    if path == STDIN:
        start = _ahead(sys.stdin.buffer).start()
        kind = packing(start)
        plain = pa.BufferReader(start)
    else:
        with pa.OSFile(path) as file:
            start = file.read(_HEAD)
        kind = packing(start)
        plain = pa.OSFile(path)
    if kind == "none":
        return start, kind
    return _unpacked(_plain(plain, kind)), kind


def _unpacked(plain: Readable) -> bytes:
    found = b""
    try:
        while len(found) < _HEAD and (piece := plain.read(1 << 12)):
            found += piece
    except OSError:
        if not found:
            raise
    return found  # a packed file that is cut later: what came out is enough


def nearest(name: str) -> str:
    """What to do about a name that is not there: the nearest one that is, if any is near."""
    folder = Path(name).parent
    names = [p.name for p in folder.iterdir()] if folder.is_dir() else []
    near = get_close_matches(Path(name).name, names, n=1)
    return f"did you mean {str(folder / near[0])!r}?" if near else "give a file, folder or pattern"
