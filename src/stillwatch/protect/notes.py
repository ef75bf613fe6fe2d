"""Notes that stood in place of reasoning, taken out of what a client sends back.

The upstream never wrote them, and may refuse a signed block whose text is not its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

__all__ = ["drop_notes"]

_FIELDS = ("reasoning_content", "reasoning")


def drop_notes(
    request: Mapping[str, Any], ours: Callable[[str], bool]
) -> tuple[dict[str, Any], list[str]]:
    """A request without our notes, and the notes that were there.

    Args:
        request: Of chat completions, messages or responses.
        ours: Whether a text is such a note.
    """
    name = "messages" if isinstance(request.get("messages"), list) else "input"
    given = request.get(name)
    if not isinstance(given, list):
        return dict(request), []
    items = deepcopy(given)
    found = [note for item in items if isinstance(item, dict) for note in _dropped(item, ours)]
    return ({**request, name: items} if found else dict(request)), found


def _dropped(item: dict[str, Any], ours: Callable[[str], bool]) -> list[str]:
    """The notes of a message or an item, which loses them."""
    found = [item.pop(n) for n in _FIELDS if isinstance(t := item.get(n), str) and ours(t)]
    for name in ("content", "thinking_blocks"):
        for part in _dicts(item.get(name)):
            if isinstance(told := part.get("thinking"), str) and ours(told):
                found.append(told)
                part["thinking"] = ""
    summary = _dicts(item.get("summary"))
    notes = [p for p in summary if isinstance(p.get("text"), str) and ours(p["text"])]
    if notes:
        item["summary"] = [part for part in summary if part not in notes]
    return found + [part["text"] for part in notes]


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
