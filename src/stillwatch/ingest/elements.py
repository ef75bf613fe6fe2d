"""JSON elements of a stream one by one: of one large array, or of documents over many lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Element", "elements"]

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|"|[{}\[\]]', re.DOTALL)
_PIECE = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element.

    Attributes:
        data: Its bytes; only their start where it is not whole.
        line: Line on which it starts, from 1.
        whole: Whether its brackets were closed within the limit and before the end.
        size: Its length in bytes, as far as it was seen.
    """

    data: bytes
    line: int
    whole: bool
    size: int


def elements(read: Callable[[int], bytes], longest: int) -> Iterator[Element]:
    """The objects at the top of a stream, or inside arrays at its top.

    What stands between them is not looked at. An element over `longest` bytes, or cut off by the
    end, is the last.
    """
    held, line, scan, depth = b"", 1, 0, 0
    start: int | None = None
    while True:
        piece = read(_PIECE)
        held += piece
        stop = len(held)
        for token in _TOKEN.finditer(held, scan):
            mark = token[0]
            if mark == b'"':
                stop = token.start()
                break
            if mark == b"{":
                start, depth = (token.start(), 1) if start is None else (start, depth + 1)
            elif mark == b"[" and start is not None:
                depth += 1
            elif mark in b"}]" and start is not None:
                depth -= 1
                if depth == 0:
                    data = held[start : token.end()]
                    yield Element(
                        data=data,
                        line=line + held.count(b"\n", 0, start),
                        whole=True,
                        size=len(data),
                    )
                    start = None
        if not piece or len(held) - (stop if start is None else start) > longest:
            break
        drop = stop if start is None else start
        line += held.count(b"\n", 0, drop)
        held, scan = held[drop:], stop - drop
        start = None if start is None else 0
    if start is not None or (not piece and stop < len(held)):
        begin = stop if start is None else start
        place = line + held.count(b"\n", 0, begin)
        size = len(held) - begin
        yield Element(data=held[begin : begin + 8192], line=place, whole=False, size=size)
