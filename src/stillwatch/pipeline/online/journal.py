"""An append-only file of record batches that a crash can cut short but never make wrong.

Each frame carries its length and a checksum. What was written after the last `commit` may be lost
with the machine; a frame that is torn ends the journal, and the next writer cuts it off.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyarrow as pa

from stillwatch.errors import OutputError

__all__ = ["Journal", "as_contract", "journalled", "sync_folder"]

_FRAME = struct.Struct("<4sIII")  # magic, length as stored, length unpacked, checksum
_SCHEMA, _BATCH = b"SWJs", b"SWJb"
_LONGEST = 1 << 30
_CODEC = "lz4_raw"


class Journal:
    """One journal file, open for appending.

    Attributes:
        path: Where it is.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        whole = _whole_bytes(path) if path.exists() else 0
        self._file: BinaryIO = path.open("r+b" if path.exists() else "w+b")
        self._file.truncate(whole)
        self._file.seek(whole)
        self._committed = whole
        if not whole:
            self._write(_SCHEMA, schema.remove_metadata().serialize())
            self.commit()
            sync_folder(path.parent)

    def append(self, batch: pa.RecordBatch) -> None:
        """Write a batch behind the others; it counts once `commit` has returned.

        Raises:
            OutputError: The disk refuses; what was committed before stays whole.
        """
        self._write(_BATCH, batch.serialize())

    def commit(self) -> None:
        """Wait until everything appended is on the disk itself.

        Raises:
            OutputError: The disk refuses.
        """
        try:
            self._file.flush()
            os.fdatasync(self._file.fileno())
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self._committed = self._file.tell()

    def undo(self) -> None:
        """Cut off what was appended since the last commit, as far as the disk allows."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            os.truncate(self.path, self._committed)
        self._file = self.path.open("r+b")
        self._file.seek(self._committed)

    def close(self) -> None:
        """Close the file; what was not committed may be lost."""
        self._file.close()

    def _write(self, kind: bytes, payload: pa.Buffer) -> None:
        data: bytes = pa.compress(payload, _CODEC, asbytes=True)
        try:
            self._file.write(_FRAME.pack(kind, len(data), payload.size, zlib.crc32(data)))
            self._file.write(data)
        except OSError as error:
            raise _unwritable(self.path, error) from error


def journalled(path: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The whole batches of a journal in `schema`; a torn end is passed over in silence.

    A column that the journal's writer did not know yet is null.
    """
    written: pa.Schema | None = None
    for frame in _frames(path):
        if frame.kind == _SCHEMA:
            written = pa.ipc.read_schema(pa.BufferReader(frame.payload()))
        elif written is not None:
            yield as_contract(pa.ipc.read_record_batch(frame.payload(), written), schema)


def as_contract(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The batch with exactly the columns of `schema`."""
    names = set(batch.schema.names)
    columns = [
        batch.column(f.name).cast(f.type) if f.name in names else pa.nulls(batch.num_rows, f.type)
        for f in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def sync_folder(folder: Path) -> None:
    """Make names that were created, replaced or removed in a folder last."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Frame(NamedTuple):
    kind: bytes
    data: bytes
    unpacked: int

    def payload(self) -> pa.Buffer:
        return pa.decompress(pa.py_buffer(self.data), self.unpacked, _CODEC)


def _frames(path: Path) -> Iterator[_Frame]:
    with path.open("rb") as file:
        while len(head := file.read(_FRAME.size)) == _FRAME.size:
            kind, length, unpacked, checksum = _FRAME.unpack(head)
            if kind not in {_SCHEMA, _BATCH} or max(length, unpacked) > _LONGEST:
                return
            data = file.read(length)
            if len(data) < length or zlib.crc32(data) != checksum:
                return
            yield _Frame(kind, data, unpacked)


def _whole_bytes(path: Path) -> int:
    return sum(_FRAME.size + len(frame.data) for frame in _frames(path))


def _unwritable(path: Path, error: OSError) -> OutputError:
    message = f"cannot write the journal {str(path)!r}: {error.strerror or error}"
    return OutputError(message, hint="make room or repair the disk, then start again")
