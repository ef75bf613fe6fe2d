"""Lines of a stream in blocks, within bounds on memory whatever the stream holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Block", "TooLong", "blocks"]

_PIECE = 8 << 20
_KEPT = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Whole lines.

    Attributes:
        data: Their bytes, with the newlines.
        line: Number of the first, from 1.
        count: How many.
    """

    data: bytes
    line: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLong:
    """A line beyond the limit; it was skipped, only its start was kept.

    Attributes:
        start: Its first bytes.
        line: Its number, from 1.
        size: Its length in bytes.
    """

    start: bytes
    line: int
    size: int


def blocks(
    read: Callable[[int], bytes], longest: int, piece: int = _PIECE
) -> Iterator[Block | TooLong]:
    """The lines of a stream in blocks of about `piece` bytes.

    Never holds more than `longest + piece` bytes, however long a line is.
    """
    held: list[bytes] = []
    size, line = 0, 1
    piece = min(piece, longest)
    while data := read(piece):
        cut = data.rfind(b"\n") + 1
        if not cut:
            held, size = [*held, data], size + len(data)
            if size > longest:
                rest, skipped = _after_newline(read, piece)
                yield TooLong(start=b"".join(held)[:_KEPT], line=line, size=size + skipped)
                held, size, line = [rest] if rest else [], len(rest), line + 1
                if b"\n" in rest:
                    yield from _settled(rest, line)
                    line += rest.count(b"\n")
                    held = [rest[rest.rfind(b"\n") + 1 :]]
                    size = len(held[0])
            continue
        whole = b"".join([*held, data[:cut]])
        yield from _checked(whole, line, longest, carried=size)
        line += whole.count(b"\n")
        held, size = ([data[cut:]], len(data) - cut) if cut < len(data) else ([], 0)
    if size:
        yield Block(data=b"".join(held), line=line, count=1)


def _settled(rest: bytes, line: int) -> Iterator[Block]:
    whole = rest[: rest.rfind(b"\n") + 1]
    yield Block(data=whole, line=line, count=whole.count(b"\n"))


def _checked(whole: bytes, line: int, longest: int, *, carried: int) -> Iterator[Block | TooLong]:
    # Only the first line can be longer than a piece: it was carried over.
    end = whole.find(b"\n", carried) + 1 if carried else 0
    if end > longest:
        yield TooLong(start=whole[:_KEPT], line=line, size=end - 1)
        whole, line = whole[end:], line + 1
    if whole:
        yield Block(data=whole, line=line, count=whole.count(b"\n"))


def _after_newline(read: Callable[[int], bytes], piece: int) -> tuple[bytes, int]:
    skipped = 0
    while data := read(piece):
        end = data.find(b"\n")
        if end >= 0:
            return data[end + 1 :], skipped + end
        skipped += len(data)
    return b"", skipped
