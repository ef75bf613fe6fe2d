"""CSV and other delimited tables with a header line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from stillwatch.ingest.canonical import Place
from stillwatch.ingest.delimited import Broken, Records, Shape, one_by_one
from stillwatch.ingest.delimited_blocks import records_in, rows_inside
from stillwatch.ingest.importer import Document, Found, Reading, Rejected, TableFormat
from stillwatch.ingest.json_text import looks_like_json
from stillwatch.ingest.quarantine import Reason
from stillwatch.ingest.source import Source, Stream, head_of
from stillwatch.ingest.tables import table_chunk, table_documents
from stillwatch.schema import EXCHANGE

__all__ = ["FORMAT"]

_DELIMITERS = (",", "\t", ";", "|")
_BOM = b"\xef\xbb\xbf"
_HEAD = 1 << 16
_LARGE = 1 << 20
_NULL = pa.scalar(None, pa.string())
_NULLS = ("", "NULL", "\\N")  # PostgreSQL, MySQL and Hive write them without quotes
_PLAIN = re.compile(r"[\w .\-]*\w[\w .\-]*")
_FREE = re.compile(r"(?=.*[^\W\d])[\w#%$(\[][\w .\-()\[\]#%$/&+*@]{0,79}(?<!\.)")


def _recognise(head: bytes) -> bool:
    if b"\x00" in head.partition(b"\n")[0]:
        return False
    names = _names(head)
    if len(names) < 2:  # noqa: PLR2004 one column is no table
        return False
    single = len(set(names)) == len(names)
    if single and all(map(_PLAIN.fullmatch, names)):
        return True
    # Names of any other kind are words of a text as well: then the next line has to be a row.
    if looks_like_json(head) or not all(map(_FREE.fullmatch, names[1:])):
        return False
    if names[0] and not _FREE.fullmatch(names[0]):
        return False
    return (single or not set(names).isdisjoint(EXCHANGE.names)) and _has_row(head, len(names))


def _has_row(head: bytes, width: int) -> bool:
    text = io.StringIO(head.decode("utf-8", "replace"), newline="")
    try:
        rows = [row for row in islice(csv.reader(text, delimiter=_delimiter(head)), 1, 4) if row]
    except csv.Error:
        return False
    return any(len(row) == width for row in rows)


def _delimiter(head: bytes) -> str:
    first = head.partition(b"\n")[0].decode("utf-8", "replace")
    return max(_DELIMITERS, key=first.count)


def _written_names(head: bytes) -> list[str]:
    first = head.removeprefix(_BOM).partition(b"\n")[0].decode("utf-8", "replace")
    line = [first.rstrip("\r")]
    try:
        # A space after the comma may come before a quote too.
        rows = list(csv.reader(line, delimiter=_delimiter(head)))
        if any(name.startswith(' "') for row in rows for name in row):
            rows = list(csv.reader(line, delimiter=_delimiter(head), skipinitialspace=True))
    except csv.Error:  # bytes that only look like text have no header
        return []
    return rows[0] if rows else []


def _names(head: bytes) -> list[str]:
    return [name.strip() for name in _written_names(head)]


def _head(source: Source) -> bytes:
    return head_of(source.path)[0] if source.data is None else source.data[:_HEAD]


def _columns(source: Source) -> list[str]:
    return _names(_head(source))


def _read(source: Source, reading: Reading) -> Iterator[Found]:
    head = _head(source)
    names = _names(head)
    wanted = names if reading.columns is None else reading.columns(names)
    reading.unknown([name for name in names if name not in wanted])
    wanted = [name for name in wanted if name] or [name for name in names if name]
    double = sorted({name for name in wanted if names.count(name) > 1})
    if double:
        told = ", ".join(map(repr, double))
        detail = f"the header names {told} more than once; give every column a name of its own"
        first = head.partition(b"\n")[0]
        yield _reject(Reason.DOES_NOT_PARSE, detail, Place(file=source.path, line=1), first)
        return
    table = _Table(source, reading, head, wanted)
    for part in records_in(Stream(source).read, table.shape, reading.longest):
        yield from table.found(part)
    yield from table.rest()


class _Table:
    """Turns the records of one file into what it gives, and counts them."""

    def __init__(
        self, source: Source, reading: Reading, head: bytes, wanted: Sequence[str]
    ) -> None:
        written = _written_names(head)
        names = [name.strip() for name in written]
        self._path, self._reading, self._wanted = source.path, reading, wanted
        self._where = [names.index(name) for name in wanted]
        self._spaced = [written[i].startswith(" ") for i in self._where]
        self._done = 0
        self._pieces: list[bytes] = []
        self._numbers: list[int] = []
        shape = Shape(_delimiter(head).encode(), len(names), frozenset(self._where))
        self.shape = shape.learned(head)

    def found(self, part: Records | Broken) -> Iterator[Found]:
        """What the next part of the file gives."""
        if isinstance(part, Broken):
            self._done += 1
            place = Place(file=self._path, line=part.line, row=self._done)
            yield _reject(part.reason, part.detail, place, part.start)
            return
        if part.count is None:
            yield from self.rest()
            yield from self._block(part)
            return
        # Pieces between broken records may be of a row each: they wait for more.
        self._pieces.append(part.data)
        self._numbers += range(self._done + 1, self._done + part.count + 1)
        self._done += part.count
        if len(self._numbers) >= self._reading.batch_rows or len(part.data) >= _LARGE:
            yield from self.rest()

    def rest(self) -> Iterator[Found]:
        """The rows that were looked at one by one and wait to be read together."""
        bad: list[pyarrow.csv.InvalidRow] = []
        batches = self._parsed(b"".join(self._pieces), bad)
        numbers, self._pieces, self._numbers = self._numbers, [], []
        yield from self._rows(batches, bad, numbers)

    def _block(self, part: Records) -> Iterator[Found]:
        bad: list[pyarrow.csv.InvalidRow] = []
        batches = self._parsed(part.data, bad)
        if any("\n" in row.text.strip() for row in bad):
            # A quote that is not closed took the rows after it.
            for one in one_by_one(part, self.shape, self._reading.longest)[0]:
                yield from self.found(one)
            return
        told = rows_inside(part, self.shape)
        if told:
            place = Place(file=self._path, line=told.line)
            yield _reject(told.reason, told.detail, place, told.start)
        first, count = self._done + 1, sum(batch.num_rows for batch in batches) + len(bad)
        self._done += count
        yield from self._rows(batches, bad, range(first, first + count))

    def _parsed(self, data: bytes, bad: list[pyarrow.csv.InvalidRow]) -> list[pa.RecordBatch]:
        def mangled(row: pyarrow.csv.InvalidRow) -> str:
            bad.append(row)
            return "skip"

        if not data.strip():
            return []
        columns = [str(i) for i in range(self.shape.width)]
        wanted = [columns[i] for i in self._where]
        table = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False, block_size=len(data) + 1, column_names=columns
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=self.shape.delimiter.decode(),
                newlines_in_values=True,
                invalid_row_handler=mangled,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                check_utf8=False,  # the wanted fields were checked
                column_types=dict.fromkeys(wanted, pa.string()),
                include_columns=wanted,
                null_values=_NULLS,
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        found: list[pa.RecordBatch] = table.to_batches()
        return [self._tidy(batch) for batch in found]

    def _tidy(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        arrays = []
        for array, spaced in zip(batch.columns, self._spaced, strict=True):
            tidy = pc.utf8_trim_whitespace(array) if spaced else array
            if spaced or pc.min(pc.binary_length(tidy)).as_py() == 0:
                nulls = pa.array(_NULLS if spaced else _NULLS[:1])
                tidy = pc.if_else(pc.is_in(tidy, value_set=nulls), _NULL, tidy)
            arrays.append(tidy)
        return pa.RecordBatch.from_arrays(arrays, names=list(self._wanted))

    def _rows(
        self,
        batches: Sequence[pa.RecordBatch],
        bad: Sequence[pyarrow.csv.InvalidRow],
        numbers: Sequence[int],
    ) -> Iterator[Found]:
        for row in bad:
            detail = f"{row.actual_columns} fields where the header has {self.shape.width}"
            place = Place(file=self._path, row=numbers[row.number - 1])
            yield _reject(Reason.DOES_NOT_PARSE, detail, place, row.text.encode())
        if bad:
            lost = {row.number for row in bad}
            numbers = [number for i, number in enumerate(numbers, 1) if i not in lost]
        reading, start = self._reading, 0
        for batch in batches:
            for first in range(0, batch.num_rows, reading.batch_rows):
                part = batch.slice(first, reading.batch_rows)
                if reading.columnar or reading.mapped is not None:
                    yield table_chunk(self._path, part, numbers[start:], reading)
                else:
                    yield from table_documents(self._path, part, numbers[start:])
                start += part.num_rows


def _reject(reason: Reason, detail: str, place: Place, raw: bytes) -> Document:
    return Document(value=Rejected(reason, detail), place=place, raw=raw[:8192], size=len(raw))


def _write_example(path: Path) -> None:
    path.write_text("exchange_id,started_at,account_id\nx1,2026-02-23T10:00:00Z,a1\n", "utf-8")


FORMAT = TableFormat(
    name="csv",
    title="CSV",
    recognise=_recognise,
    columns=_columns,
    read=_read,
    write_example=_write_example,
)
