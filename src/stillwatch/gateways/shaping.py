"""Answers without the model's own reasoning, in the shapes of three APIs, whole and streamed.

What a provider signs stays: an Anthropic thinking block keeps its signature and loses its text, as
the API itself does where display is omitted, so a client can send it back in a tool loop. Summaries
that the provider wrote stay where a summary may be shown.
"""

from __future__ import annotations

from typing import Any

import orjson

__all__ = ["Stream", "without_reasoning"]

_CHAT = ("reasoning_content", "reasoning", "provider_specific_fields")
_LONGEST = 8 << 20


def without_reasoning(answer: dict[str, Any], *, summary: bool = True) -> dict[str, Any]:
    """An answer of chat completions, messages or responses without reasoning text.

    Args:
        answer: The document, or an event of a stream; is changed.
        summary: Whether summaries that the provider wrote may stay.
    """
    for choice in _dicts(answer.get("choices")):
        for part in (choice.get("message"), choice.get("delta")):
            if isinstance(part, dict):
                _of_message(part)
    for block in _dicts(answer.get("content")):
        _of_block(block)
    for item in [*_dicts(answer.get("output")), *_dicts([answer.get("item")])]:
        if item.get("type") == "reasoning":
            item.pop("content", None)
            if not summary:
                item["summary"] = []
    inside = answer.get("response")
    if isinstance(inside, dict):
        without_reasoning(inside, summary=summary)
    return answer


class Stream:
    """Server-sent events with the reasoning taken out; takes bytes as they come, cut anywhere."""

    def __init__(self, *, summary: bool = True) -> None:
        self._summary = summary
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """The events that are whole by now, shaped."""
        *events, self._held = (self._held + data.replace(b"\r\n", b"\n")).split(b"\n\n")
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
        if at is None:
            return event + b"\n\n"
        try:
            told = orjson.loads(lines[at][5:])
        except orjson.JSONDecodeError:
            return event + b"\n\n"  # [DONE], or no JSON
        if not isinstance(told, dict):
            return event + b"\n\n"
        if self._gone(told):
            return b""
        lines[at] = b"data: " + orjson.dumps(without_reasoning(told, summary=self._summary))
        return b"\n".join(lines) + b"\n\n"

    def _gone(self, event: dict[str, Any]) -> bool:
        kind = event.get("type")
        if kind == "content_block_start":
            _of_block(event.get("content_block"))
            return False
        if kind == "content_block_delta":
            delta = event.get("delta")
            return isinstance(delta, dict) and delta.get("type") == "thinking_delta"
        if not isinstance(kind, str):
            return False
        hidden = kind.startswith("response.reasoning_text")
        return hidden or (not self._summary and kind.startswith("response.reasoning_summary"))


def _of_message(message: dict[str, Any]) -> None:
    for name in _CHAT:
        inner = message.get(name)
        if name == "provider_specific_fields" and isinstance(inner, dict):
            _of_message(inner)
        elif name in message:
            message[name] = None
    for block in _dicts(message.get("thinking_blocks")):
        _of_block(block)


def _of_block(block: object) -> None:
    if isinstance(block, dict) and block.get("type") == "thinking":
        block["thinking"] = ""


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
