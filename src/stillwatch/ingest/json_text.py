"""JSON files of any layout (lines, one array, one document, several) as columns or documents."""

from __future__ import annotations

import io
from collections.abc import Iterator

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from stillwatch.ingest.canonical import Chunk, Place
from stillwatch.ingest.elements import elements
from stillwatch.ingest.importer import Document, Found, Reading, Rejected
from stillwatch.ingest.lines import Block, TooLong, blocks
from stillwatch.ingest.pairs import BODIES
from stillwatch.ingest.quarantine import Reason
from stillwatch.ingest.source import Source, Stream
from stillwatch.schema import EXCHANGE

__all__ = ["first_objects", "is_lines", "looks_like_json", "read_json"]

_RAW = 8192
_BOM = b"\xef\xbb\xbf"
_REQUIRED = ("exchange_id", "started_at", "account_id")
_TYPES = [f.with_nullable(nullable=True) for f in EXCHANGE if f.name != "started_at"]
_BODY_KEYS = tuple(f'"{name}"'.encode() for name in sorted(BODIES))  # inside a text it is \\"…\\"
_TIMES = {str: pa.string(), int: pa.int64(), float: pa.float64()}


def looks_like_json(head: bytes) -> bool:
    """Whether a file that starts so may be JSON (of any layout)."""
    return head.removeprefix(_BOM).lstrip()[:1] in {b"{", b"["}


def is_lines(head: bytes) -> bool:
    """Whether the records are lines, rather than one array or documents over many lines."""
    rows = head.removeprefix(_BOM).lstrip().split(b"\n")
    if rows[0][:1] == b"[":
        return len(rows) > 1 and isinstance(_loaded(rows[0]), list)
    if isinstance(_loaded(rows[0]), dict):
        return True
    if len(rows) == 1:  # a long line, or several objects without anything between them
        return not first_objects(head, 1)
    return any(row[:1] == b"{" and isinstance(_loaded(row), dict) for row in rows)


def first_objects(head: bytes, most: int = 20) -> list[dict[str, object]]:
    """The first objects at the start of a file, in whatever layout."""
    found: list[dict[str, object]] = []
    for element in elements(io.BytesIO(head.removeprefix(_BOM)).read, len(head)):
        value = _loaded(element.data) if element.whole else None
        if isinstance(value, dict):
            found.append(value)
        if len(found) >= most:
            break
    return found


def read_json(source: Source, reading: Reading, head: bytes) -> Iterator[Found]:
    """The records of a JSON file; canonical lines a block at a time, all else one by one."""
    stream = Stream(source)
    if is_lines(head):
        for part in blocks(stream.read, reading.longest):
            if isinstance(part, TooLong):
                place = Place(file=source.path, line=part.line)
                yield _too_long(place, part.start, part.size, reading.longest)
            else:
                yield from _block(source.path, part, reading)
    else:
        yield from _documents(source.path, stream, reading)


def _block(path: str, block: Block, reading: Reading) -> Iterator[Found]:
    chunk = _columns(path, block, reading) if reading.columnar else None
    if chunk is not None:
        yield chunk
        return
    data = block.data.removeprefix(_BOM) if block.line == 1 else block.data
    for offset, line in enumerate(data.split(b"\n")):
        if line.strip():
            place = Place(file=path, line=block.line + offset)
            yield from _decoded(line, place)


def _columns(path: str, block: Block, reading: Reading) -> Chunk | None:
    """The block as columns; None where any line needs a look of its own."""
    first = _loaded(block.data[: block.data.find(b"\n")].removeprefix(_BOM))
    paired = any(name in block.data for name in _BODY_KEYS)  # their importers read the bodies
    if not isinstance(first, dict) or "exchange_id" not in first or paired:
        return None
    # The type of a time is the block's own: text in one file, epoch numbers in the next.
    time = _TIMES.get(type(first.get("started_at")))
    if time is None:
        return None
    # Unknown fields are not read: a customer's metadata may name a new one on every line.
    data = block.data if block.data.endswith(b"\n") else block.data + b"\n"
    try:
        data.decode()
        table = pyarrow.json.read_json(
            io.BytesIO(data),
            read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=len(data) + 1),
            parse_options=pyarrow.json.ParseOptions(
                explicit_schema=pa.schema([*_TYPES, pa.field("started_at", time)]),
                unexpected_field_behavior="ignore",
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeDecodeError):
        return None
    known = {
        name: _whole(table.column(name)) for name in table.schema.names if name in EXCHANGE.names
    }
    lacking = [n for n in _REQUIRED if n not in known or known[n].null_count]
    if lacking or table.num_rows != block.count:
        return None
    if pc.any(pc.equal(known["exchange_id"], "")).as_py():
        return None
    reading.unknown([name for name in first if name not in EXCHANGE.names])
    rows = data.split(b"\n")
    return Chunk(
        columns=known,
        rows=table.num_rows,
        place=lambda i: Place(file=path, line=block.line + i),
        raw=lambda i: rows[i],
    )


def _documents(path: str, stream: Stream, reading: Reading) -> Iterator[Found]:
    start = _at_most(stream, reading.longest)
    value = _loaded(start) if len(start) <= reading.longest else None
    if isinstance(value, list):
        for i, item in enumerate(value):
            raw = orjson.dumps(item)
            place = Place(file=path, row=i + 1)
            yield Document(value=item, place=place, raw=raw[:_RAW], size=len(raw))
    elif value is not None:
        place = Place(file=path, line=1)
        yield Document(value=value, place=place, raw=start[:_RAW], size=len(start))
    else:
        yield from _elements(path, stream, start, reading)


def _elements(path: str, stream: Stream, start: bytes, reading: Reading) -> Iterator[Found]:
    held = io.BytesIO(start)
    seen = 0
    for element in elements(lambda size: held.read(size) or stream.read(size), reading.longest):
        seen += 1
        place = Place(file=path, line=element.line, row=seen)
        if element.whole:
            yield from _decoded(element.data, place)
        elif element.size > reading.longest:
            yield _too_long(place, element.data, element.size, reading.longest)
        else:
            detail = "the file ends inside this record"
            yield _reject(Reason.TRUNCATED_FILE, detail, place, element.data)
    if not seen:
        detail = "neither JSON lines nor a JSON document"
        yield _reject(Reason.DOES_NOT_PARSE, detail, Place(file=path, line=1), start)


def _decoded(line: bytes, place: Place) -> Iterator[Document]:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        yield _undecodable(line, place, error)
        return
    items = value if isinstance(value, list) else [value]
    for item in items:
        yield Document(value=item, place=place, raw=line[:_RAW], size=len(line))


def _undecodable(line: bytes, place: Place, error: orjson.JSONDecodeError) -> Document:
    try:
        line.decode()
    except UnicodeDecodeError as found:
        detail = f"byte {found.start} is not UTF-8"
        return _reject(Reason.INVALID_UTF8, detail, place, line)
    detail = f"not JSON: {error.msg} (column {error.colno})"
    return _reject(Reason.DOES_NOT_PARSE, detail, place, line)


def _reject(reason: Reason, detail: str, place: Place, raw: bytes) -> Document:
    return Document(value=Rejected(reason, detail), place=place, raw=raw[:_RAW], size=len(raw))


def _too_long(place: Place, start: bytes, size: int, longest: int) -> Document:
    detail = f"{size:,} bytes; the longest that is read is {longest:,}"
    return _reject(Reason.LINE_TOO_LONG, detail, place, start)


def _at_most(stream: Stream, longest: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while size <= longest and (piece := stream.read(min(1 << 22, longest + 1))):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces).removeprefix(_BOM)


def _loaded(data: bytes) -> object:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
