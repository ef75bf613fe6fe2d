"""Safe picks out of decoded JSON: a value that is absent, empty or of another kind becomes None."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

__all__ = ["boolean", "entries", "first", "integer", "number", "opened", "pick", "record", "text"]


def pick(value: object, *path: str) -> object:
    """What stands at a path of object keys, or None; JSON strings on the way are opened.

    >>> pick({"a": '{"b": 1}'}, "a", "b")
    1
    """
    for key in path:
        inside = opened(value)
        if not isinstance(inside, dict):
            return None
        value = inside.get(key)
    return value


def opened(value: object) -> object:
    """A string that holds a JSON object or array as that object or array; all else unchanged."""
    if isinstance(value, str | bytes) and value[:1] in {"{", "[", b"{", b"["}:
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def record(value: object) -> dict[str, object]:
    """An object (or the JSON text of one) as a dict; anything else as an empty one."""
    inside = opened(value)
    return inside if isinstance(inside, dict) else {}


def entries(value: object) -> Iterator[dict[str, object]]:
    """The objects of a list (or of the JSON text of one)."""
    inside = opened(value)
    if isinstance(inside, list):
        yield from (item for item in inside if isinstance(item, dict))


def first(*values: object) -> object:
    """The first value that is neither None nor an empty string, list or object."""
    for value in values:
        if value is not None and value not in ("", [], {}):
            return value
    return None


def text(value: object) -> str | None:
    """A non-empty string; a whole number as its digits."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def number(value: object) -> float | None:
    """A number, also from its text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def integer(value: object) -> int | None:
    """A whole number, also from its text; a fraction is None."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = number(value)
    if found is None or not found.is_integer():
        return None
    return int(found)


def boolean(value: object) -> bool | None:
    """A truth value, also from 'true' and 'false' in any case."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return None
