"""Conventions up to 1.36: a span event a message, as the attributes of the latest conventions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stillwatch.ingest.formats.otlp_values import attributes
from stillwatch.ingest.parts import is_blank, is_known, is_part
from stillwatch.ingest.pick import first, integer, opened, record, text

__all__ = ["around", "spoken"]

_CHOICE = "gen_ai.choice"
_ROLES = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
}
_PACKED = "gen_ai.event.content"
_INSIDE = {"role", "content", "tool_calls", "message", "id"}


def around(events: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """The attributes of the events that are no messages; the earliest counts."""
    found: dict[str, object] = {}
    for event in events:
        if event.get("name") != _CHOICE and event.get("name") not in _ROLES:
            found = {**attributes(event.get("attributes")), **found}
    return found


def spoken(events: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """What the events say: the messages, and the answer of the first choice with its end."""
    messages: list[dict[str, object]] = []
    choices: list[tuple[int, dict[str, object], object]] = []
    for event in events:
        name, told = text(event.get("name")), _body(event)
        if name == _CHOICE:
            index = integer(told.get("index")) or 0
            choices.append((index, _answer(told), told.get("finish_reason")))
        elif name in _ROLES:
            messages.append(_message(told, text(told.get("role")) or _ROLES[name]))
    _, answer, end = min(choices, key=lambda choice: choice[0], default=(0, {}, None))
    said = {
        "gen_ai.input.messages": [one for one in messages if not is_blank(one)],
        "gen_ai.output.messages": [] if is_blank(answer) else [answer],
        "gen_ai.response.finish_reasons": end,
    }
    return {name: value for name, value in said.items() if value}


def _body(event: Mapping[str, object]) -> dict[str, object]:
    """What an event says, be it spread over its attributes or packed into one as JSON."""
    told = attributes(event.get("attributes"))
    packed = told.get(_PACKED)
    inside = record(packed)
    if packed is None or _INSIDE & inside.keys():
        return {**told, **inside}
    return {**told, "content": packed}


def _message(told: Mapping[str, object], role: str) -> dict[str, object]:
    said = {"content": _content(told.get("content")), "tool_calls": told.get("tool_calls")}
    return {"role": role, **{name: value for name, value in said.items() if value is not None}}


def _answer(told: Mapping[str, object]) -> dict[str, object]:
    given = told.get("message")
    inside = opened(given)
    if isinstance(inside, dict) and is_known(inside):
        return _message(inside, "assistant")
    flat = first(given, told.get("content"), told.get("message.content"))
    return _message({**told, "content": flat}, "assistant")


def _content(given: object) -> object:
    """Content as its parts where it is the JSON of nothing else; other text word by word."""
    inside = opened(given)
    if isinstance(inside, list) and inside and all(map(is_part, inside)):
        return inside
    return given
