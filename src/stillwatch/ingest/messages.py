"""Message lists of requests and responses as the text columns of an exchange."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stillwatch.ingest.parts import Digest, Message, one_message
from stillwatch.ingest.pick import entries, first, opened, pick, text

__all__ = ["CUT", "HIDDEN", "answered", "asked", "content_state", "conversation", "tool_names"]

CUT = ("litellm_truncated",)
"""Markers that gateways leave where they cut a text."""
HIDDEN = ("redacted-by-litellm", "REDACTED_BY_LITELM", "[REDACTED]")
"""What gateways put in place of a text that they do not log."""


def conversation(given: object, keyed: Digest) -> list[Message]:
    """Messages of any dialect: a list of messages or items, one message, or bare text."""
    inside = opened(given)
    if isinstance(inside, str):
        return [Message(role="user", said=[inside])] if inside else []
    if isinstance(inside, dict):
        inside = [inside]
    if isinstance(inside, list) and inside and all(isinstance(item, str) for item in inside):
        return [Message(role="user", said=["\n".join(inside)])]
    return [one_message(item, keyed) for item in entries(inside)]


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


def _system(given: object, keyed: Digest) -> list[str]:
    inside = opened(given)
    if isinstance(inside, str):
        return [inside] if inside else []
    if isinstance(inside, list):
        inside = {"content": inside}
    if not isinstance(inside, dict):
        return []
    told = one_message(inside, keyed).text()
    return [told] if told else []
