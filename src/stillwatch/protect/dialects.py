"""Where reasoning blocks stand in bodies of three APIs, and what surrounds them.

Chat completions (`thinking_blocks` of a message), messages (content blocks) and responses (items of
type `reasoning`), asked and answered, whole and as events of a stream. A place is found by the
shape of what holds it, so the same block that LiteLLM tells twice in one answer is found twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Place", "Turn", "flat", "places", "said_of", "texts_of", "turns"]

_FIELDS = {
    "thinking": "signature",
    "redacted_thinking": "data",
    "reasoning": "encrypted_content",
    "signature_delta": "signature",
}
"""The field that holds the opaque part, by the type of what holds it."""
_UNSTEADY = {"cache_control", "citations", "id", "annotations", "status", "index", "caller"}
"""Clients and gateways add and drop these from turn to turn."""
_OURS = ("reasoning", "function_call", "custom_tool_call", "message")
_SYSTEM = ("system", "developer")
_INSIDE = ("choices", "message", "delta", "thinking_blocks", "provider_specific_fields", "content",
           "content_block", "output", "item", "response")  # fmt: skip
_DEEPEST = 8
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A field with an opaque block; what holds it is a dictionary or one of LiteLLM's objects."""

    holder: Any
    name: str

    @property
    def opaque(self) -> str:
        """What stands there."""
        found = _get(self.holder, self.name)
        return found if isinstance(found, str) else ""

    def put(self, opaque: str) -> None:
        """Put something else there."""
        if isinstance(self.holder, dict):
            self.holder[self.name] = opaque
        else:
            setattr(self.holder, self.name, opaque)


@dataclass(slots=True)
class Turn:
    """A message, or the items of one answer of the Responses API.

    Attributes:
        said: Its visible parts as text.
        blocks: Its opaque blocks, each with the list that it can be taken out of.
    """

    said: list[str] = field(default_factory=list)
    blocks: list[tuple[Place, list[Any]]] = field(default_factory=list)


def turns(request: Body) -> list[Turn]:
    """The turns of a request of any of the three APIs, oldest first; no system text, no tools."""
    items = request.get("messages")
    if isinstance(items, list):
        return [_message(m) for m in items if isinstance(m, dict) and _talk(m)]
    items = request.get("input")
    if isinstance(items, str):
        return [Turn(said=[items])]
    return _items(items) if isinstance(items, list) else []


def places(answer: object, depth: int = 0) -> Iterator[Place]:
    """Every opaque block of an answer or of an event of one, wherever it is told."""
    if isinstance(answer, list | tuple):
        for each in answer:
            yield from places(each, depth + 1)
        return
    if depth > _DEEPEST or answer is None or isinstance(answer, str | bytes | int | float):
        return
    name = _FIELDS.get(str(_get(answer, "type")))
    if name is not None and isinstance(_get(answer, name), str) and _get(answer, name):
        yield Place(answer, name)
        return
    for inside in _INSIDE:
        yield from places(_get(answer, inside), depth + 1)


def said_of(answer: Body) -> list[str]:
    """The visible parts of a whole answer (of its first choice)."""
    choices = answer.get("choices")
    if isinstance(choices, list):
        message = choices[0].get("message") if choices and isinstance(choices[0], dict) else None
        return _message(message).said if isinstance(message, dict) else []
    output = answer.get("output")
    if isinstance(output, list):
        return [part for turn in _items(output) for part in turn.said]
    return _message(answer).said


def texts_of(request: Body) -> tuple[list[str], str | None, str | None]:
    """All texts of a request, the newest user text, and the system text."""
    every: list[str] = []
    newest, system = None, []
    for each in (request.get("system"), request.get("instructions")):
        system += _strings(each)
    given = request.get("messages", request.get("input"))
    listed = given if isinstance(given, list) else [{"role": "user", "content": given}]
    for message in listed:
        if not isinstance(message, dict):
            continue
        told = [*_strings(message.get("content")), *_strings(message.get("output"))]
        every += told
        if message.get("role") in _SYSTEM:
            system += told
        elif message.get("role") == "user" and told:
            newest = "\n".join(told)
    return every, newest, "\n".join(system) or None


def _strings(content: object) -> list[str]:
    if isinstance(content, str):
        return [content]
    if not isinstance(content, list):
        return []
    found = []
    for part in content:
        if isinstance(part, str):
            found.append(part)
        elif isinstance(part, dict):
            text = part.get("text")
            found += [text] if isinstance(text, str) else _strings(part.get("content"))
    return found


def _talk(message: Body) -> bool:
    return message.get("role") not in _SYSTEM


def _message(message: Body) -> Turn:
    turn = Turn()
    content = message.get("content")
    if isinstance(content, str) and content:
        turn.said.append(content)
    for holder in (content, message.get("thinking_blocks")):
        if isinstance(holder, list):
            for part in holder:
                _part(part, holder, turn)
    for call in message.get("tool_calls") or ():
        if isinstance(call, dict):
            turn.said.append(_steady(call))
    return turn


def _items(items: list[Any]) -> list[Turn]:
    """Items of the Responses API: what the model made in one go is one turn."""
    found: list[Turn] = []
    made_before = False
    for item in items:
        if not isinstance(item, dict):
            continue
        kind = item.get("type", "message")
        made = kind in _OURS and (kind != "message" or item.get("role") == "assistant")
        if kind == "message" and not _talk(item):
            continue
        if not (made and made_before):
            found.append(Turn())
        made_before = made
        if kind == "message":
            found[-1].said += _message(item).said
        else:
            _part(item, items, found[-1])
    return found


def _part(part: object, holder: list[Any], turn: Turn) -> None:
    if isinstance(part, str):
        turn.said.append(part)
    if not isinstance(part, dict):
        return
    kind = part.get("type")
    name = _FIELDS.get(kind) if isinstance(kind, str) else None
    if name is None:
        turn.said.append(_said(part))
    elif isinstance(part.get(name), str) and part[name]:
        turn.blocks.append((Place(part, name), holder))


def _said(part: Body) -> str:
    told = part.get("text")
    if isinstance(told, str) and part.get("type") in ("text", "input_text", "output_text"):
        return told
    return _steady(part)


def _steady(part: Body) -> str:
    """A part without what changes by itself; the standard library's takes whatever JSON holds."""
    return json.dumps({k: v for k, v in part.items() if k not in _UNSTEADY}, sort_keys=True)


def _get(holder: Any, name: str) -> Any:  # noqa: ANN401 - a dictionary, or one of LiteLLM's
    if isinstance(holder, dict):
        return holder.get(name)
    return getattr(holder, name, None)


def flat(found: Sequence[Turn]) -> list[str]:
    """The visible parts of turns, in order."""
    return [part for turn in found for part in turn.said]
