"""Records of delimited text looked at one by one: a broken quote costs its own record only.

A quote opens a field only at its start, and a closed one is followed by the next field or the end
of the record. After a record that breaks this, reading goes on at the first line that is a row by
itself.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from stillwatch.ingest.quarantine import Reason

__all__ = ["Broken", "Records", "Shape", "is_utf8", "next_row", "one_by_one", "too_long"]

_KEPT = 8192
_SAMPLE = 200
_NEWLINE = b"\n"
_MOST = 0.8
# Times, epochs, amounts: what text written by people is not.
_FIGURES = re.compile(rb"\s*(?=[^0-9]{0,2}[0-9])[0-9TZ:.,+\-/ eE]{1,40}\s*")
_NULLS = {b"", b"NULL", b"\\N"}
_Fault = tuple[Reason, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Whole records.

    Attributes:
        data: Their bytes.
        line: Line of the file on which the first begins, from 1.
        count: How many, empty lines left out; None where they were not looked at one by one.
    """

    data: bytes
    line: int
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """What cannot be read.

    Attributes:
        reason: Why.
        detail: What was found.
        start: Its first bytes.
        line: Line of the file on which it begins, from 1.
    """

    reason: Reason
    detail: str
    start: bytes
    line: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What a record of one table looks like.

    Attributes:
        delimiter: Between its fields, one byte.
        width: How many fields it has.
        wanted: Which of them are read.
        figures: Which of them hold numbers or times, each with the length of the shortest.
    """

    delimiter: bytes
    width: int
    wanted: frozenset[int]
    figures: Mapping[int, int] = field(default_factory=dict)
    whole: re.Pattern[bytes] = field(init=False, repr=False)
    loose: re.Pattern[bytes] = field(init=False, repr=False)
    unclosed: re.Pattern[bytes] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        d, end = re.escape(self.delimiter), rb"(?:\r\n?|\n|\Z)"
        bare = rb'[^%b"\r\n][^%b\r\n]*+' % (d, d)
        one = rb'(?:"(?:[^"]++|"")*+"|%b|)' % bare
        some = rb'(?:"(?:[^"\r\n]++|"")*+"[^%b\r\n]*+|%b|)' % (d, bare)
        before = rb"(?:%b%b)*+" % (one, d)
        for name, pattern in (
            ("whole", before + one + end),
            ("loose", rb"(?:%b%b)*+%b%b" % (some, d, some, end)),
            ("unclosed", before + rb'"(?:[^"]++|"")*+\Z'),
        ):
            object.__setattr__(self, name, re.compile(pattern))

    def learned(self, head: bytes) -> Shape:
        """The same, knowing from the first rows which fields hold numbers or times."""
        lines = [line for line in head.split(b"\n")[1:-1][:_SAMPLE] if line.strip()]
        rows = [row for row in map(self.fields, lines) if len(row) == self.width]
        figures: dict[int, int] = {}
        for i in range(self.width):
            known = [row[i] for row in rows if row[i] not in _NULLS]
            found = [value for value in known if _FIGURES.fullmatch(value)]
            # A few broken rows must not hide what the rest are.
            if found and len(found) > _MOST * len(known):
                figures[i] = min(map(len, found))
        return Shape(self.delimiter, self.width, self.wanted, figures)

    def fields(self, record: bytes) -> list[bytes]:
        """The fields of one record, as bytes."""
        csv.field_size_limit(max(csv.field_size_limit(), len(record)))
        text = io.StringIO(record.decode("latin-1"), newline="")
        row = next(csv.reader(text, delimiter=self.delimiter.decode()), [])
        return [value.encode("latin-1") for value in row]

    def fits(self, record: bytes) -> bool:
        """Whether a record has as many fields as the table, and figures where that has figures."""
        row = self.fields(record)
        if len(row) != self.width:
            return False
        if not self.figures:
            return True
        given = {i: row[i] for i in self.figures if row[i] not in _NULLS}
        alike = sum(_alike(value, self.figures[i]) for i, value in given.items())
        return 2 * alike > len(given)

    def fault(self, record: bytes) -> _Fault | None:
        """Why a record whose bytes are not all UTF-8 cannot be read; None where it can."""
        row = self.fields(record)
        if len(row) != self.width:
            return Reason.DOES_NOT_PARSE, f"{len(row)} fields where the header has {self.width}"
        broken = any(not is_utf8(row[i]) for i in self.wanted)
        return (Reason.INVALID_UTF8, "not UTF-8") if broken else None


def one_by_one(
    records: Records,
    shape: Shape,
    longest: int,
    *,
    ended: bool = True,
    least: int | None = None,
    doubted: bool = False,
) -> tuple[list[Records | Broken], int]:
    """Records looked at each by itself, and how many bytes of them that used.

    Args:
        records: Bytes from the start of a record on.
        shape: What a record looks like.
        longest: Bytes of the longest record that is read.
        ended: Whether nothing follows.
        least: Where to stop once that many bytes were looked at; None for never.
        doubted: Whether quotes are broken nearby: a field that holds a row then ends before it.
    """
    data, line, parts = records.data, records.line, list[Records | Broken]()
    at = start = count = 0
    while at < len(data) and (least is None or at < least):
        full = ended or len(data) - at > longest
        end, fault = _record(data, at, shape, ended=ended, full=full, doubted=doubted)
        if not end:
            break
        broken = None if fault is None else Broken(*fault, data[at : min(end, at + _KEPT)], 0)
        if broken is None and end - at > longest + 1:
            broken = too_long(data[at : at + _KEPT], 0, end - at, longest)
        if broken is None:
            count += data[at:end].strip(b"\r\n") != b""
        else:
            if start < at:
                parts.append(Records(data=data[start:at], line=line, count=count))
            line += data.count(b"\n", start, at)
            parts.append(replace(broken, line=line))
            line, start, count = line + data.count(b"\n", at, end), end, 0
        at = end
    if start < at:
        parts.append(Records(data=data[start:at], line=line, count=count))
    return parts, at


def next_row(data: bytes, at: int, until: int, shape: Shape, *, ended: bool) -> int:
    """Where the first line after the one at `at` starts that is a row by itself; 0 for nowhere."""
    start = data.find(b"\n", at, until) + 1
    while 0 < start < until:
        found = shape.whole.match(data, start) or shape.loose.match(data, start)
        if found and _ends(found, data, ended=ended) and shape.fits(found[0]):
            return start
        start = data.find(b"\n", start, until) + 1
    return 0


def too_long(start: bytes, line: int, size: int, longest: int) -> Broken:
    """A record beyond the limit."""
    detail = f"{size:,} bytes; the longest that is read is {longest:,}"
    return Broken(reason=Reason.LINE_TOO_LONG, detail=detail, start=start[:_KEPT], line=line)


def is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _record(
    data: bytes, at: int, shape: Shape, *, ended: bool, full: bool, doubted: bool
) -> tuple[int, _Fault | None]:
    """Where the record at `at` ends, and what is wrong with it; 0 where that needs more data."""
    found = shape.whole.match(data, at) or shape.loose.match(data, at)
    if found and _ends(found, data, ended=ended):
        return _closed(data, at, found.end(), shape, full=full, doubted=doubted)
    unclosed = shape.unclosed.match(data, at) is not None
    if found or (unclosed and not full):
        return 0, None
    end = next_row(data, at, len(data), shape, ended=ended)
    detail = "a quote that is not closed or not doubled"
    if end:
        detail = f"{detail}; the next row is {data.count(_NEWLINE, at, end)} lines on"
    elif unclosed and ended:
        return len(data), (Reason.TRUNCATED_FILE, "the file ends inside a quoted field")
    return end or (len(data) if ended else 0), (Reason.DOES_NOT_PARSE, detail)


def _ends(found: re.Match[bytes], data: bytes, *, ended: bool) -> bool:
    return ended or found.end() < len(data) or data.endswith(b"\n")


def _closed(
    data: bytes, at: int, end: int, shape: Shape, *, full: bool, doubted: bool
) -> tuple[int, _Fault | None]:
    if data.find(b"\n", at, end - 1) >= 0:
        width = len(shape.fields(data[at:end]))
        wrong = width != shape.width
        if wrong or (doubted and shape.figures):
            row = next_row(data, at, end, shape, ended=True)
            if row:
                detail = "a quote that is not closed; rows follow inside it and are read"
                return row, (Reason.DOES_NOT_PARSE, detail)
        if wrong and not full:
            return 0, None  # a row that begins in it may end later
        if wrong:
            detail = f"{width} fields where the header has {shape.width}"
            return end, (Reason.DOES_NOT_PARSE, detail)
    record = data[at:end]
    return end, None if is_utf8(record) else shape.fault(record)


def _alike(value: bytes, size: int) -> bool:
    return 2 * len(value) >= size and _FIGURES.fullmatch(value) is not None
