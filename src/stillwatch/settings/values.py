"""A settings value as written, turned into a value of the key's type, or a fault in words."""

from __future__ import annotations

from pathlib import Path

from stillwatch.settings.keys import Key, Value

__all__ = ["accept", "parse"]

_TRUTH = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


def accept(key: Key, written: object) -> Value:
    """A value from a TOML file.

    Raises:
        ValueError: What was found and what is allowed.
    """
    found: Value
    if key.kind is Path and isinstance(written, str) and written:
        found = Path(written)
    elif key.kind is str and isinstance(written, str) and written:
        found = written
    elif key.kind is float and isinstance(written, int) and not isinstance(written, bool):
        found = float(written)
    elif type(written) is key.kind and isinstance(written, bool | int | float):
        found = written
    else:
        raise ValueError(_refusal(key, written))
    return _within(key, found)


def parse(key: Key, text: str) -> Value:
    """A value from the environment.

    Raises:
        ValueError: What was found and what is allowed.
    """
    try:
        found: object = text.strip()
        if key.kind is bool:
            found = _TRUTH[text.strip().lower()]
        elif key.kind in (int, float):
            found = key.kind(text)
    except (KeyError, ValueError):
        raise ValueError(_refusal(key, text)) from None
    return accept(key, found)


def _within(key: Key, found: Value) -> Value:
    if isinstance(found, bool | str | Path) or found is None:
        return found
    low = key.least is not None and not found >= key.least
    high = key.most is not None and not found <= key.most
    if low or high or found != found or abs(found) == float("inf"):  # noqa: PLR0124 - NaN
        raise ValueError(_refusal(key, found))
    return found


def _refusal(key: Key, written: object) -> str:
    shown = str(written).lower() if isinstance(written, bool) else repr(written)
    return f"{key.section}.{key.name} is {shown}, must be {key.allowed}"
