"""Makes text from the logs safe to look at: nothing invisible, nothing that steers a terminal."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["clip", "visible", "visible_tree"]

# Controls (C0 but tab and newline, DEL, C1), soft hyphen, bidirectional marks, embeddings and
# isolates (Trojan Source, CVE-2021-42574), zero-width and tag characters, lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    r"""The text with every invisible or steering character written out as an escape.

    >>> visible("acct\u202e7\x1b[2J")
    'acct\\u202e7\\x1b[2J'
    """
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def visible_tree(value: Any) -> Any:  # noqa: ANN401 (any JSON value, and the same shape comes back)
    """The same JSON value with `visible` applied to every string and every key."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(key): visible_tree(item) for key, item in value.items()}
    if isinstance(value, list):
        return [visible_tree(item) for item in value]
    return value


def clip(text: str, length: int) -> str:
    """At most `length` characters, the cut shown as an ellipsis."""
    return text if len(text) <= length else text[: max(length - 1, 1)].rstrip() + "…"
