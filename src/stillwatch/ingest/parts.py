"""Content parts of every dialect (OpenAI, Anthropic, OTel, Gemini, Bedrock) in one shape."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from stillwatch.ingest.pick import entries, first, opened, pick, record, text

__all__ = ["Digest", "Message", "image_digest", "is_blank", "is_known", "is_part", "one_message"]

Digest = Callable[[str, bytes], str]
"""A keyed digest of bytes for a purpose (`Redactor.digest`)."""

_ROLES = {"human": "user", "model": "assistant", "developer": "system", "ai": "assistant"}
_SAID = {"text", "input_text", "output_text", "refusal", "summary_text", "reasoning_text"}
_CALLS = {"tool_use", "server_tool_use", "tool_call", "server_tool_call", "function_call"}
_CALLS |= {"custom_tool_call", "mcp_call", "functionCall", "toolUse", "computer_call"}
_RESULTS = {"tool_result", "tool_call_response", "server_tool_call_response", "toolResult"}
_RESULTS |= {"function_call_output", "functionResponse", "custom_tool_call_output"}
_IMAGES = {"image", "image_url", "input_image", "blob", "inlineData", "inline_data", "uri", "file"}
_THOUGHT = {"thinking", "redacted_thinking", "reasoning", "reasoningContent"}
_SHAPES = ("functionCall", "functionResponse", "inlineData", "inline_data", "toolUse", "toolResult")
_ITEMS = _CALLS | _RESULTS | _THOUGHT
_PARTS = _SAID | _ITEMS | _IMAGES
_BEARERS = {"content", "parts", "output", "tool_calls", "function_call", "refusal"}
_BEARERS |= {"reasoning", "reasoning_content", "thinking_blocks"}
_AROUND = {"role", "type", "id", "name", "status", "index", "finish_reason", "annotations"}
_AROUND |= {"tool_call_id", "call_id", "cache_control", "audio", *(_BEARERS - {"reasoning"})}


@dataclass(slots=True)
class Message:
    """One message of a conversation, whatever dialect it came in.

    Attributes:
        role: `system`, `user`, `assistant` or `tool`.
        said: Visible text.
        thought: Visible reasoning.
        blocks: Keyed digests of opaque reasoning blocks (signatures, encrypted content).
        calls: Tool calls as (name, arguments).
        results: Tool results, as text.
        images: Digests of images.
    """

    role: str
    said: list[str] = field(default_factory=list)
    thought: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)

    def text(self) -> str | None:
        """The visible text, or None."""
        return "\n".join(self.said) or None

    def reasoning(self) -> str | None:
        """The visible reasoning, or None."""
        return "\n".join(self.thought) or None

    def is_empty(self) -> bool:
        """Whether nothing at all was said, called, returned or shown."""
        told = (self.said, self.thought, self.blocks, self.calls, self.results, self.images)
        return not any(told)

    def digest(self, keyed: Digest) -> str:
        """A keyed digest that is the same however the content was split into parts."""
        told = [self.role, "\n".join(self.said), self.calls, self.results, self.images]
        return keyed("message", orjson.dumps(told))


def one_message(item: dict[str, object], keyed: Digest) -> Message:
    """A message, or an item of OpenAI Responses, in the one shape."""
    kind = text(item.get("type"))
    role = text(item.get("role")) or ("assistant" if kind in _CALLS | _THOUGHT else "user")
    message = Message(role=_ROLES.get(role, role))
    if kind in _CALLS | _RESULTS | _THOUGHT:
        _part(item, message, keyed)
    else:
        _content(item, message, keyed)
    if message.role == "function" or (message.results and not message.said):
        message.role = "tool"
    if message.role == "tool" and not message.results:
        message.results, message.said = message.said, []
    return message


def is_known(item: object) -> bool:
    """Whether a dialect knows a value as a message or an item; JSON of any other kind is text."""
    if not isinstance(item, dict):
        return False
    fits = isinstance(item.get("role"), str) or item.keys() <= _AROUND
    return text(item.get("type")) in _ITEMS or (fits and not _BEARERS.isdisjoint(item))


def is_part(item: object) -> bool:
    """Whether a dialect knows a value as a part of a message's content."""
    if not isinstance(item, dict):
        return False
    plain = "text" in item and item.keys() <= {"text", "thought", "thoughtSignature"}
    return plain or text(item.get("type")) in _PARTS or any(name in item for name in _SHAPES)


def is_blank(item: object) -> bool:
    """Whether a message holds nothing because its content was not captured or is empty."""
    fits = isinstance(item, dict) and item.keys() <= {"role", "type", *_BEARERS}
    return fits and not any(record(item).get(name) for name in _BEARERS)


def image_digest(source: str, keyed: Digest) -> str:
    """An exact digest of an image: `sha256:` of its bytes, or `url:` and a keyed hash of its URL.

    These find the same file again; unlike a perceptual hash they do not survive a re-encoding.
    """
    head, _, payload = source.partition("base64,")
    if source.startswith(("http://", "https://", "gs://", "s3://")):
        return f"url:{keyed('image', source.encode())}"
    try:
        data = base64.b64decode(payload or head, validate=False)
    except (binascii.Error, ValueError):
        data = source.encode("utf-8", "surrogatepass")
    return f"sha256:{hashlib.sha256(data).hexdigest()[:32]}"


def _content(item: dict[str, object], message: Message, keyed: Digest) -> None:
    content = first(item.get("content"), item.get("parts"), item.get("output"))
    if isinstance(content, str):
        message.said.append(content)
    elif isinstance(content, dict):
        _part(content, message, keyed)
    elif isinstance(content, list):
        for part in content:
            if isinstance(part, str):
                message.said.append(part)
            elif isinstance(part, dict):
                _part(part, message, keyed)
    refusal = text(item.get("refusal"))
    if refusal:
        message.said.append(refusal)
    _beside_content(item, message, keyed)


def _beside_content(item: dict[str, object], message: Message, keyed: Digest) -> None:
    for call in entries(item.get("tool_calls")):
        inner = record(first(call.get("function"), call.get("custom"), call))
        message.calls.append(_call(inner))
    if isinstance(item.get("function_call"), dict):
        message.calls.append(_call(record(item["function_call"])))
    thinking = list(entries(item.get("thinking_blocks")))
    shown = text(first(item.get("reasoning_content"), item.get("reasoning")))
    for block in thinking:
        _part(block, message, keyed)
    if shown and not message.thought:
        message.thought.append(shown)


def _part(part: dict[str, object], message: Message, keyed: Digest) -> None:
    kind = text(part.get("type")) or next((name for name in _SHAPES if name in part), None)
    if kind is None and "reasoningContent" in part:
        kind = "reasoningContent"
    inner = record(part.get(kind)) if kind is not None and kind in part else part
    if kind in _THOUGHT or part.get("thought") is True:
        _reasoning(part, message, keyed)
    elif kind in _CALLS:
        message.calls.append(_call(inner or part))
    elif kind in _RESULTS:
        _result(inner or part, message, keyed)
    elif kind in _IMAGES:
        _image(part, message, keyed)
    elif kind is None or kind in _SAID:
        said = text(first(part.get("text"), part.get("content"), part.get("refusal")))
        if said:
            message.said.append(said)
    elif kind == "message":
        _content(part, message, keyed)


def _reasoning(part: dict[str, object], message: Message, keyed: Digest) -> None:
    inner = record(part.get("reasoningContent")) or part
    told = record(inner.get("reasoningText")) or inner
    shown = first(told.get("thinking"), told.get("text"), told.get("content"))
    if isinstance(shown, str):
        message.thought.append(shown)
    content = inner.get("content")
    listed = () if isinstance(content, str) else entries(content)
    for piece in (*entries(inner.get("summary")), *listed):
        said = text(piece.get("text"))
        if said:
            message.thought.append(said)
    opaque = first(
        told.get("signature"),
        inner.get("data"),
        inner.get("encrypted_content"),
        inner.get("redactedContent"),
        part.get("thoughtSignature"),
    )
    if isinstance(opaque, str):
        message.blocks.append(keyed("reasoning", opaque.encode("utf-8", "surrogatepass")))


def _call(call: dict[str, object]) -> tuple[str, str]:
    given = first(call.get("arguments"), call.get("input"), call.get("args"))
    told = opened(given)
    written = (
        told if isinstance(told, str) else orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()
    )
    return text(call.get("name")) or "", written if told is not None else ""


def _result(part: dict[str, object], message: Message, keyed: Digest) -> None:
    given = first(*(part.get(key) for key in ("content", "output", "response", "result")))
    if isinstance(given, list):
        inside = Message(role="tool")
        for piece in given:
            if isinstance(piece, str):
                inside.said.append(piece)
            elif isinstance(piece, dict):
                _part(piece, inside, keyed)
        message.images.extend(inside.images)
        message.results.append("\n".join(inside.said))
    else:
        message.results.append(given if isinstance(given, str) else orjson.dumps(given).decode())


def _image(part: dict[str, object], message: Message, keyed: Digest) -> None:
    mime = text(
        first(part.get("mime_type"), part.get("modality"), pick(part, "inlineData", "mimeType"))
    )
    if mime is not None and not mime.startswith("image"):
        return
    source = first(
        pick(part, "image_url", "url"),
        part.get("image_url"),
        pick(part, "source", "data"),
        pick(part, "source", "url"),
        pick(part, "source", "bytes"),
        pick(part, "image", "source", "bytes"),
        pick(part, "inlineData", "data"),
        pick(part, "inline_data", "data"),
        part.get("content"),
        part.get("uri"),
    )
    if isinstance(source, str):
        message.images.append(image_digest(source, keyed))
