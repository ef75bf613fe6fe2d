"""CSV and other delimited tables with a header line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from stillwatch.ingest.canonical import Place
from stillwatch.ingest.importer import Document, Found, Reading, Rejected, TableFormat
from stillwatch.ingest.lines import TooLong, blocks
from stillwatch.ingest.quarantine import Reason
from stillwatch.ingest.source import STDIN, Source, Stream, head_of
from stillwatch.ingest.tables import table_chunk, table_documents

__all__ = ["FORMAT"]

_DELIMITERS = (",", "\t", ";", "|")
_BLOCK = 8 << 20


def _recognise(head: bytes) -> bool:
    first = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
    if b"\x00" in first:
        return False
    names = _names(head)
    return len(names) > 1 and len(set(names)) == len(names) and all(_is_name(n) for n in names)


def _is_name(name: str) -> bool:
    return (
        bool(name)
        and name.replace("_", "").replace(".", "").replace("-", "").replace(" ", "").isalnum()
    )


def _delimiter(head: bytes) -> str:
    first = head.partition(b"\n")[0].decode("utf-8", "replace")
    return max(_DELIMITERS, key=first.count)


def _names(head: bytes) -> list[str]:
    first = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].decode("utf-8", "replace")
    try:
        rows = list(csv.reader([first.rstrip("\r")], delimiter=_delimiter(head)))
    except csv.Error:  # bytes that only look like text have no header
        return []
    return [name.strip() for name in rows[0]] if rows else []


def _columns(source: Source) -> list[str]:
    return _names(head_of(source.path)[0])


def _read(source: Source, reading: Reading) -> Iterator[Found]:
    head, _ = head_of(source.path)
    names = _names(head)
    wanted = reading.columns(names) if reading.columns is not None else names
    reading.unknown([name for name in names if name not in wanted])
    done = 0
    try:
        for found in _fast(source, reading, _delimiter(head), wanted):
            if isinstance(found, int):
                done = found
            else:
                yield found
    except pa.ArrowInvalid:
        if source.path == STDIN:
            raise
        # A row that no block can hold, or a quote that never closes: on, a line at a time.
        yield from _slow(source, reading, names, _delimiter(head), done)


def _fast(
    source: Source, reading: Reading, delimiter: str, wanted: Sequence[str]
) -> Iterator[Found | int]:
    """The rows block by block, each followed by the number of the last row it took."""
    bad: list[Document] = []
    mangled: set[int] = set()
    done = 0
    for binary in _reader(source, delimiter, wanted, bad):
        mangled |= {one.place.row for one in bad if one.place.row is not None}
        yield from bad
        bad.clear()
        numbers = _numbers(done, binary.num_rows, mangled)
        done = numbers[-1] if numbers else done
        good, undecodable = _decoded(binary)
        for i in undecodable:
            place = Place(file=source.path, row=numbers[i])
            told = str(binary.slice(i, 1).to_pylist()[0])
            yield _reject(Reason.INVALID_UTF8, "not UTF-8", place, told)
        lost = set(undecodable)
        kept = [n for i, n in enumerate(numbers) if i not in lost] if lost else numbers
        for start in range(0, good.num_rows, reading.batch_rows):
            part = good.slice(start, reading.batch_rows)
            if reading.columnar or reading.mapped is not None:
                yield table_chunk(source.path, part, kept[start:], reading)
            else:
                yield from table_documents(source.path, part, kept[start:])
        yield done
    yield from bad


def _numbers(done: int, count: int, mangled: set[int]) -> Sequence[int]:
    if not any(number > done for number in mangled):
        return range(done + 1, done + count + 1)
    found: list[int] = []
    while len(found) < count:
        done += 1
        if done not in mangled:
            found.append(done)
    return found


def _reader(
    source: Source, delimiter: str, wanted: Sequence[str], bad: list[Document]
) -> pyarrow.csv.CSVStreamingReader:
    def mangled(row: pyarrow.csv.InvalidRow) -> str:
        detail = f"{row.actual_columns} fields where the header has {row.expected_columns}"
        place = Place(file=source.path, row=None if row.number is None else row.number - 1)
        bad.append(_reject(Reason.DOES_NOT_PARSE, detail, place, row.text))
        return "skip"

    return pyarrow.csv.open_csv(
        Stream(source).file(),
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=_BLOCK),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=mangled
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            check_utf8=False,
            column_types=dict.fromkeys(wanted, pa.binary()),
            include_columns=list(wanted),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _decoded(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, list[int]]:
    arrays, bad = [], set[int]()
    for column in batch.columns:
        try:
            arrays.append(column.cast(pa.string()))
        except pa.ArrowInvalid:
            texts = [_utf8(value) for value in column.to_pylist()]
            bad |= {i for i, value in enumerate(column.to_pylist()) if value and texts[i] is None}
            arrays.append(pa.array(texts, pa.string()))
    whole = pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)
    if not bad:
        return whole, []
    keep = pa.array([i not in bad for i in range(batch.num_rows)])
    return whole.filter(keep), sorted(bad)


def _slow(
    source: Source, reading: Reading, names: Sequence[str], delimiter: str, done: int
) -> Iterator[Found]:
    csv.field_size_limit(max(csv.field_size_limit(), reading.longest))
    for part in blocks(Stream(source).read, reading.longest):
        if isinstance(part, TooLong):
            detail = f"{part.size:,} bytes; the longest that is read is {reading.longest:,}"
            place = Place(file=source.path, line=part.line)
            yield _reject(
                Reason.LINE_TOO_LONG, detail, place, part.start.decode("utf-8", "replace")
            )
            continue
        text = part.data.decode("utf-8", "replace")
        for i, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
            number = part.line + i - 1
            if number <= done or not row:
                continue
            yield _document(source.path, names, row, number)


def _document(path: str, names: Sequence[str], row: Sequence[str], number: int) -> Document:
    place = Place(file=path, row=number)
    if len(row) != len(names):
        detail = f"{len(row)} fields where the header has {len(names)}"
        return _reject(Reason.DOES_NOT_PARSE, detail, place, ",".join(row))
    value = {name: field or None for name, field in zip(names, row, strict=True)}
    return Document(
        value=value, place=place, raw=",".join(row).encode()[:8192], size=sum(map(len, row))
    )


def _reject(reason: Reason, detail: str, place: Place, raw: str) -> Document:
    return Document(
        value=Rejected(reason, detail), place=place, raw=raw.encode()[:8192], size=len(raw)
    )


def _utf8(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


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
