"""Answers without the model's own reasoning, in the shapes of three APIs, whole and streamed.

What a provider signs stays: an Anthropic thinking block keeps its signature and loses its text, as
the API itself does where display is omitted, so a client can send it back in a tool loop. Summaries
that the provider wrote stay where a summary may be shown. A note may stand in place of the text
(`protect.honeytokens`); it is taken out again when it comes back (`protect.notes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stillwatch.protect.messages import Sealer

__all__ = ["Shape", "without_reasoning"]

_CHAT = ("reasoning_content", "reasoning", "provider_specific_fields")


@dataclass(slots=True, kw_only=True)
class Shape:
    """What is done to one answer; for one answer only.

    Attributes:
        reasoning: `full`, `summary` or `none`: how much of the reasoning it may show.
        note: Stands in place of reasoning text, where a summary may be shown; None puts nothing.
        sealer: Seals its reasoning blocks; None leaves them as they are.
    """

    reasoning: str = "full"
    note: str | None = None
    sealer: Sealer | None = None

    def __post_init__(self) -> None:
        """A note is a kind of summary."""
        if self.reasoning != "summary":
            self.note = None

    @property
    def idle(self) -> bool:
        """Whether the answer goes out byte for byte."""
        return self.reasoning == "full" and self.sealer is None

    def document(self, answer: dict[str, Any]) -> dict[str, Any]:
        """A whole answer; is changed."""
        if self.reasoning != "full":
            without_reasoning(answer, summary=self.reasoning == "summary", note=self.note)
        if self.sealer is not None:
            self.sealer.seal(answer)
        return answer

    def event(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        """What goes out for one event of a stream; is changed."""
        if self.reasoning != "full":
            if self._gone(event):
                return []
            note = self.note if "choices" not in event else self.once(reasons=_reasons(event))
            without_reasoning(event, summary=self.reasoning == "summary", note=note)
        return [event] if self.sealer is None else self.sealer.event(event)

    def _gone(self, event: dict[str, Any]) -> bool:
        kind = event.get("type")
        if kind == "content_block_start":
            _of_block(event.get("content_block"), None)
            return False
        if kind == "content_block_delta":
            delta = event.get("delta")
            if not isinstance(delta, dict) or delta.get("type") != "thinking_delta":
                return False
            delta["thinking"] = self.once()
            return delta["thinking"] is None
        if not isinstance(kind, str):
            return False
        hidden = kind.startswith("response.reasoning_text")
        summary = self.reasoning == "summary"
        return hidden or (not summary and kind.startswith("response.reasoning_summary"))

    def once(self, *, reasons: bool = True) -> str | None:
        """The note, in the first of a stream's events that would have shown reasoning."""
        if not reasons or self.note is None:
            return None
        note, self.note = self.note, None
        return note


def without_reasoning(
    answer: dict[str, Any], *, summary: bool = True, note: str | None = None
) -> dict[str, Any]:
    """An answer of chat completions, messages or responses without reasoning text.

    Args:
        answer: The document, or an event of a stream; is changed.
        summary: Whether summaries that the provider wrote may stay.
        note: Put in place of what is taken out.
    """
    for choice in _dicts(answer.get("choices")):
        for part in (choice.get("message"), choice.get("delta")):
            if isinstance(part, dict):
                _of_message(part, note)
    for block in _dicts(answer.get("content")):
        _of_block(block, note)
    for item in [*_dicts(answer.get("output")), *_dicts([answer.get("item")])]:
        if item.get("type") == "reasoning":
            item.pop("content", None)
            kept = _dicts(item.get("summary")) if summary else []
            item["summary"] = [*kept, {"type": "summary_text", "text": note}] if note else kept
    inside = answer.get("response")
    if isinstance(inside, dict):
        without_reasoning(inside, summary=summary, note=note)
    return answer


def _reasons(event: dict[str, Any]) -> bool:
    """Whether an event of chat completions shows reasoning."""
    deltas = [c.get("delta") for c in _dicts(event.get("choices"))]
    return any(d.get(n) for d in _dicts(deltas) for n in ("reasoning_content", "reasoning"))


def _of_message(message: dict[str, Any], note: str | None) -> None:
    shown = bool(message.get("reasoning_content") or message.get("reasoning"))
    for name in _CHAT:
        inner = message.get(name)
        if name == "provider_specific_fields" and isinstance(inner, dict):
            _of_message(inner, None)
        elif name in message:
            message[name] = None
    if shown and note is not None:
        message["reasoning_content"] = note
    for block in _dicts(message.get("thinking_blocks")):
        _of_block(block, None)


def _of_block(block: object, note: str | None) -> None:
    if isinstance(block, dict) and block.get("type") == "thinking":
        block["thinking"] = (note or "") if block.get("thinking") else ""


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
