"""Anthropic Messages and Bedrock ConverseStream events as whole messages."""

from __future__ import annotations

from collections.abc import Sequence

from stillwatch.ingest.pick import integer, opened, record, text

__all__ = ["converse", "message", "recognise", "recognise_converse"]

_TYPES = {"message_start", "content_block_start", "content_block_delta", "message_delta"}
_PARTS = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
    "input_json_delta": "partial_json",
}


def recognise(event: dict[str, object]) -> bool:
    """Whether this is an event of an Anthropic stream."""
    return event.get("type") in _TYPES


def recognise_converse(event: dict[str, object]) -> bool:
    """Whether this is an event of a Bedrock ConverseStream."""
    return "contentBlockDelta" in event or "messageStart" in event


def message(events: Sequence[dict[str, object]]) -> dict[str, object]:
    """The Message that the events add up to."""
    whole: dict[str, object] = {"type": "message", "role": "assistant"}
    usage: dict[str, object] = {}
    blocks: dict[int, dict[str, object]] = {}
    for event in events:
        kind, index = event.get("type"), integer(event.get("index")) or 0
        if kind == "message_start":
            whole |= record(event.get("message"))
            usage |= record(whole.get("usage"))
        elif kind == "content_block_start":
            blocks[index] = dict(record(event.get("content_block")))
        elif kind == "content_block_delta":
            _grow(blocks.setdefault(index, {}), record(event.get("delta")))
        elif kind == "message_delta":
            whole |= {k: v for k, v in record(event.get("delta")).items() if v is not None}
            usage |= {k: v for k, v in record(event.get("usage")).items() if v is not None}
    content = [_closed(blocks[index]) for index in sorted(blocks)]
    return whole | {"content": content, "usage": usage}


def _grow(block: dict[str, object], delta: dict[str, object]) -> None:
    kind = text(delta.get("type")) or ""
    name = _PARTS.get(kind)
    if name is None:
        return
    if kind == "input_json_delta":
        block["partial"] = f"{block.get('partial') or ''}{delta.get(name) or ''}"
        return
    block.setdefault("type", "text" if name == "text" else "thinking")
    block[name] = f"{block.get(name) or ''}{delta.get(name) or ''}"


def _closed(block: dict[str, object]) -> dict[str, object]:
    partial = block.pop("partial", None)
    return block | {"input": opened(partial)} if partial else block


def converse(events: Sequence[dict[str, object]]) -> dict[str, object]:
    """The Converse response that the events add up to."""
    blocks: dict[int, dict[str, object]] = {}
    whole: dict[str, object] = {}
    for event in events:
        started, grown = (
            record(event.get("contentBlockStart")),
            record(event.get("contentBlockDelta")),
        )
        if started:
            blocks[integer(started.get("contentBlockIndex")) or 0] = dict(
                record(started.get("start"))
            )
        if grown:
            block = blocks.setdefault(integer(grown.get("contentBlockIndex")) or 0, {})
            _grow_converse(block, record(grown.get("delta")))
        whole |= {k: v for k, v in record(event.get("messageStop")).items() if k == "stopReason"}
        usage = record(event.get("metadata")).get("usage")
        if usage is not None:
            whole["usage"] = usage
    content = [blocks[index] for index in sorted(blocks)]
    return whole | {"output": {"message": {"role": "assistant", "content": content}}}


def _grow_converse(block: dict[str, object], delta: dict[str, object]) -> None:
    if isinstance(delta.get("text"), str):
        block["text"] = f"{block.get('text') or ''}{delta['text']}"
    thought = record(delta.get("reasoningContent"))
    if thought:
        shown = record(block.setdefault("reasoningContent", {}))
        for name in ("text", "signature", "redactedContent"):
            if isinstance(thought.get(name), str):
                shown[name] = f"{shown.get(name) or ''}{thought[name]}"
    tool = record(delta.get("toolUse"))
    if tool:
        use = record(block.setdefault("toolUse", {}))
        use["input"] = f"{use.get('input') or ''}{tool.get('input') or ''}"
