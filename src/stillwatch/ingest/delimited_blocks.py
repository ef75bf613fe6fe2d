"""A stream of delimited text in blocks of whole records; no Python for a record of a sound one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from stillwatch.ingest.delimited import (
    Broken,
    Records,
    Shape,
    is_utf8,
    next_row,
    one_by_one,
    too_long,
)
from stillwatch.ingest.quarantine import Reason

__all__ = ["records_in", "rows_inside"]

_PIECE = 8 << 20
_STEP = 1 << 16
_LEAST = 1 << 18
_QUOTE, _NEWLINE, _RETURN = b'"\n\r'


def records_in(
    read: Callable[[int], bytes], shape: Shape, longest: int, piece: int = _PIECE
) -> Iterator[Records | Broken]:
    """The records of a stream, its header left out, in order; all that is broken is told.

    Never holds more than about `longest + piece` bytes, however long a record is.
    """
    read, piece = _Stepwise(read), min(piece, longest)
    held, ended = _below_header(read, piece)
    line, least = 2, _LEAST
    while held or not ended:
        full = len(held) > longest
        used, faulty = _scan(held, shape, ended=ended)
        if used and not (full and _first_is_long(held, shape, longest)):
            yield from _sound(Records(data=held[:used], line=line), shape, longest)
        elif used or faulty or ended or full:
            rest = Records(data=held, line=line)
            parts, used = one_by_one(rest, shape, longest, ended=ended, least=least, doubted=faulty)
            yield from parts
            least *= 2  # a file full of faults is not scanned again for each
        line, held, was = line + held.count(b"\n", 0, used), held[used:], held
        if not used and full and not ended:
            held, size, lines, ended = _skipped(was, read, shape, piece)
            yield too_long(was, line, size, longest)
            line += lines
        elif not used and not ended:
            more = read(piece)
            held, ended, least = held + more, not more, _LEAST


class _Stepwise:
    """Reads in small steps: a damaged file gives what comes before the damage, then its error."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._error: OSError | None = None

    def __call__(self, size: int) -> bytes:
        steps: list[bytes] = []
        while size > 0 and self._error is None:
            try:
                step = self._read(min(size, _STEP))
            except OSError as error:
                self._error = error
                break
            if not step:
                break
            steps.append(step)
            size -= len(step)
        if self._error is not None and not steps:
            raise self._error
        return b"".join(steps)


def _below_header(read: Callable[[int], bytes], piece: int) -> tuple[bytes, bool]:
    while data := read(piece):
        end = data.find(b"\n") + 1
        if end:
            return data[end:], False
    return b"", True


def _scan(data: bytes, shape: Shape, *, ended: bool) -> tuple[int, bool]:
    """How many bytes are whole records with sound quotes, and whether a fault comes after."""
    array = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(array == _QUOTE)
    wrong = _misplaced(array, quotes, shape.delimiter[0])
    if wrong is None and ended and quotes.size % 2 == 0:
        return len(data), False
    cut = _outside(data, quotes, len(data) if wrong is None else int(quotes[wrong - wrong % 2]))
    if wrong is None and not ended and next(_inside(data[cut:], shape), None) is None:
        return cut, False
    # What closed the field before may be the quote that opens another.
    row = next(_inside(data[:cut], shape), None)
    return (_outside(data, quotes, row[0]) if row else cut), True


def _misplaced(
    array: npt.NDArray[np.uint8], quotes: npt.NDArray[np.int64], delimiter: int
) -> int | None:
    """The first quote that neither opens nor closes a field, nor doubles another."""
    beside = np.zeros(256, bool)
    beside[[delimiter, _NEWLINE, _RETURN, _QUOTE]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    opens = beside[array[np.maximum(opening - 1, 0)]] | (opening == 0)
    closes = beside[array[np.minimum(closing + 1, array.size - 1)]]
    wrong = [2 * int(np.argmin(opens))] if not opens.all() else []
    wrong += [2 * int(np.argmin(closes)) + 1] if not closes.all() else []
    return min(wrong, default=None)


def _outside(data: bytes, quotes: npt.NDArray[np.int64], end: int) -> int:
    """Where the last record that begins before `end` begins."""
    newline = data.rfind(b"\n", 0, end)
    while newline >= 0:
        before = int(np.searchsorted(quotes, newline))
        if before % 2 == 0:
            return newline + 1
        newline = data.rfind(b"\n", 0, int(quotes[before - 1]))
    return 0


def _first_is_long(data: bytes, shape: Shape, longest: int) -> bool:
    found = shape.whole.match(data)
    return found is None or found.end() > longest + 1


def _sound(records: Records, shape: Shape, longest: int) -> Iterator[Records | Broken]:
    if is_utf8(records.data):
        yield records
    else:
        yield from one_by_one(records, shape, longest)[0]


def rows_inside(records: Records, shape: Shape) -> Broken | None:
    """Tells of lines in sound quotes that read as rows; None where there are none.

    Two quotes that each lack the other look so too. The rows stay text: else whoever writes a
    prompt could write rows of others.
    """
    rows = list(_inside(records.data, shape))
    if not rows:
        return None
    start, end = rows[0]
    detail = f"lines in quotes that read as rows, kept as text: {len(rows)}, the first here"
    line = records.line + records.data.count(b"\n", 0, start)
    return Broken(Reason.DOES_NOT_PARSE, detail, records.data[start:end], line)


def _inside(data: bytes, shape: Shape) -> Iterator[tuple[int, int]]:
    """Where lines that read as rows stand in quotes."""
    if not shape.figures or b'"' not in data:
        return
    array = np.frombuffer(data, np.uint8)
    newlines = np.flatnonzero(array == _NEWLINE)
    inside = np.searchsorted(np.flatnonzero(array == _QUOTE), newlines) % 2 == 1
    if not inside.any():
        return
    ends = np.append(newlines[1:], len(data))[inside]
    starts = newlines[inside] + 1
    marks = np.flatnonzero(array == shape.delimiter[0])
    fields = np.searchsorted(marks, ends) - np.searchsorted(marks, starts) + 1
    both = zip(starts[fields >= shape.width], ends[fields >= shape.width], strict=True)
    for start, end in both:
        if shape.fits(data[start:end]):
            yield int(start), int(end)


def _skipped(
    data: bytes, read: Callable[[int], bytes], shape: Shape, piece: int
) -> tuple[bytes, int, int, bool]:
    """What follows a record too long to hold, its size and lines, and whether the stream ended."""
    quoted = shape.unclosed.match(data) is not None
    size = lines = 0
    ended = False
    while True:
        limit = len(data)
        end = next_row(data, 0, limit, shape, ended=ended) if quoted else data.find(b"\n") + 1
        end = limit if ended and not end else end
        if end or ended:
            return data[end:], size + end, lines + data.count(b"\n", 0, end), ended
        tail = data.rfind(b"\n")
        kept = data[tail:] if quoted and tail >= 0 and limit - tail <= piece else b""
        size, lines = size + limit - len(kept), lines + data.count(b"\n", 0, limit - len(kept))
        more = read(piece)
        data, ended = kept + more, not more
