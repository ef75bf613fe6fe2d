"""Where each key of a TOML file stands, so that a fault can be shown with line and column."""

from __future__ import annotations

import re

__all__ = ["positions"]

_HEADER = re.compile(r"^\s*\[\s*([A-Za-z0-9_-]+)\s*\]")
_KEY = re.compile(r"^(\s*)([A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=")


def positions(text: str) -> dict[str, tuple[int, int]]:
    """Line and column (both from 1) of each `section` and `section.key` written with bare names.

    The standard library's parser keeps no positions, so the text is scanned a second time. What
    the scan cannot see (keys of inline tables) is absent, and the fault then has no column.
    """
    found: dict[str, tuple[int, int]] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            section = header[1]
            found.setdefault(section, (number, line.index("[") + 1))
        elif key := _KEY.match(line):
            name = re.sub(r"\s", "", key[2])
            full = f"{section}.{name}" if section else name
            found.setdefault(full, (number, len(key[1]) + 1))
    return found
