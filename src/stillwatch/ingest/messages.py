"""Message lists of requests and responses as the text columns of an exchange."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stillwatch.ingest.parts import Digest, Message, is_blank, is_known, is_part, one_message
from stillwatch.ingest.pick import entries, first, opened, pick, record, text

__all__ = [
    "CUT",
    "HIDDEN",
    "answered",
    "asked",
    "content_state",
    "conversation",
    "is_talk",
    "tool_names",
    "verbatim",
]

CUT = ("litellm_truncated",)
"""Markers that gateways leave where they cut a text."""
HIDDEN = ("redacted-by-litellm", "REDACTED_BY_LITELM", "[REDACTED]")
"""What gateways put in place of a text that they do not log."""


def conversation(given: object, keyed: Digest) -> list[Message]:
    """Messages of any dialect: a list of messages or items, one message, or bare text.

    Text may hold the JSON of these; JSON that no dialect knows is what was said, word by word.
    """
    inside = opened(given)
    if isinstance(given, str) and inside and not (inside is not given and is_talk(inside)):
        return [Message(role="user", said=[given])]
    items = [inside] if isinstance(inside, dict) else inside
    if not isinstance(items, list):
        return []
    if items and all(isinstance(item, str) for item in items):
        return [Message(role="user", said=["\n".join(items)])]
    found = [_message(item, keyed) for item in items if isinstance(item, str | dict)]
    lost = all(m.is_empty() for m in found) and not all(map(is_blank, items))
    return [Message(role="user", said=[given])] if isinstance(given, str) and lost else found


def verbatim(given: object, role: str = "user") -> object:
    """A string that an API takes as text, as the message that says it; all else unchanged."""
    return {"role": role, "content": given} if isinstance(given, str) else given


def is_talk(given: object) -> bool:
    """Whether decoded JSON is a message, or a list of nothing but messages, items of a dialect."""
    if not isinstance(given, list):
        return is_known(given)
    return any(map(is_known, given)) and all(
        is_known(item) or (isinstance(item, dict) and isinstance(item.get("type"), str))
        for item in given
    )


def asked(
    messages: Sequence[Message], keyed: Digest, *, system: Iterable[object] = ()
) -> dict[str, object]:
    """The columns that a request's messages fill.

    `prompt_text` is the newest user message that has text (in a tool loop that is before the
    newest message); `turn` counts user messages with text; `history_digests` holds one keyed
    digest for every message but the newest, system messages apart, oldest first.
    """
    said = [told for given in system for told in _system(given, keyed)]
    said += [told for m in messages if m.role == "system" and (told := m.text())]
    talk = [m for m in messages if m.role != "system"]
    prompts = [told for m in talk if m.role == "user" and (told := m.text())]
    return {
        "system_text": "\n\n".join(said) or None,
        "prompt_text": prompts[-1] if prompts else None,
        "turn": len(prompts) or None,
        "history_digests": [m.digest(keyed) for m in talk[:-1]] if talk else None,
        "image_digests": [d for m in messages for d in m.images] or None,
        "reasoning_in": [d for m in talk for d in m.blocks] or None,
    }


def answered(messages: Sequence[Message]) -> dict[str, object]:
    """The columns that a response's messages (of its first choice) fill."""
    said = [told for m in messages if (told := m.text())]
    thought = [told for m in messages if (told := m.reasoning())]
    return {
        "response_text": "\n".join(said) or None,
        "reasoning_text": "\n".join(thought) or None,
        "reasoning_out": [d for m in messages for d in m.blocks] or None,
        "tool_calls": sum(len(m.calls) for m in messages) if messages else None,
    }


def tool_names(tools: object) -> list[str] | None:
    """Names of the tools that a request offers, in order, whatever dialect declares them."""
    names: list[str] = []
    for tool in entries(tools):
        inside = list(
            entries(first(tool.get("functionDeclarations"), tool.get("function_declarations")))
        )
        for one in inside or [tool]:
            spec = pick(one, "toolSpec", "name")
            name = text(
                first(pick(one, "function", "name"), one.get("name"), spec, one.get("type"))
            )
            if name is not None:
                names.append(name)
    return names or None


def content_state(*texts: object) -> str:
    """Whether the texts are `full`, `truncated` by a gateway, `redacted` by it, or `absent`."""
    present = [told for told in texts if isinstance(told, str) and told]
    if not present:
        return "absent"
    if any(marker in told for told in present for marker in HIDDEN if len(told) < _SHORT):
        return "redacted"
    return "truncated" if any(m in told for told in present for m in CUT) else "full"


_SHORT = 64


def _message(item: str | dict[str, object], keyed: Digest) -> Message:
    return Message(role="user", said=[item]) if isinstance(item, str) else one_message(item, keyed)


def _system(given: object, keyed: Digest) -> list[str]:
    inside = opened(given)
    pieces = inside if isinstance(inside, list) else [inside]
    if isinstance(given, str) and inside and not all(is_part(p) or is_known(p) for p in pieces):
        return [given]
    if not is_known(inside):
        inside = {"content": [piece for piece in pieces if isinstance(piece, str | dict)]}
    told = one_message(record(inside), keyed).text()
    return [told] if told else []
