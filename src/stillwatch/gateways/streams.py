"""Server-sent events shaped one by one; takes bytes as they come, cut anywhere."""

from __future__ import annotations

from typing import Any

import orjson

from stillwatch.gateways.shaping import Shape

__all__ = ["Stream"]

_LONGEST = 8 << 20


class Stream:
    """A stream of one answer, shaped."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """The events that are whole by now, shaped."""
        *events, self._held = (self._held + data).replace(b"\r\n", b"\n").split(b"\n\n")
        if len(self._held) > _LONGEST:
            events, self._held = [*events, self._held], b""
        return b"".join(self._shaped(event) for event in events if event.strip())

    def end(self) -> bytes:
        """What is left when the stream is over."""
        left, self._held = self._held, b""
        return self._shaped(left) if left.strip() else b""

    def _shaped(self, event: bytes) -> bytes:
        lines = event.split(b"\n")
        at = next((i for i, line in enumerate(lines) if line.startswith(b"data:")), None)
        told = None if at is None else _document(lines[at][5:])
        if at is None or told is None:
            return event + b"\n\n"  # [DONE], or no JSON
        return b"".join(_written(each, lines, at) for each in self._shape.event(told))


def _document(data: bytes) -> dict[str, Any] | None:
    try:
        told = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return told if isinstance(told, dict) else None


def _written(event: dict[str, Any], lines: list[bytes], at: int) -> bytes:
    """An event with the lines of the one that it came from, under its own name."""
    written = list(lines)
    written[at] = b"data: " + orjson.dumps(event)
    for place, line in enumerate(lines):
        if line.startswith(b"event:") and isinstance(kind := event.get("type"), str):
            written[place] = b"event: " + kind.encode()
    return b"\n".join(written) + b"\n\n"
