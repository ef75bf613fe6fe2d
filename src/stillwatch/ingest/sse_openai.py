"""OpenAI chat, text completion and Responses events as whole responses."""

from __future__ import annotations

from collections.abc import Sequence

from stillwatch.ingest.pick import entries, first, integer, record, text

__all__ = ["completion", "recognise_chat", "recognise_responses", "response"]

_ENDS = ("response.completed", "response.incomplete", "response.failed")
_SAID = ("content", "reasoning_content", "reasoning", "refusal")


def recognise_chat(event: dict[str, object]) -> bool:
    """Whether this is a chunk of a chat or text completion."""
    return isinstance(event.get("choices"), list)


def recognise_responses(event: dict[str, object]) -> bool:
    """Whether this is an event of a Responses stream."""
    return (text(event.get("type")) or "").startswith("response.")


def completion(events: Sequence[dict[str, object]]) -> dict[str, object]:
    """The chat completion that the chunks add up to."""
    whole: dict[str, object] = {"object": "chat.completion"}
    choices: dict[int, dict[str, object]] = {}
    for event in events:
        whole |= {k: event[k] for k in ("id", "model", "created", "usage") if event.get(k)}
        for chunk in entries(event.get("choices")):
            choice = choices.setdefault(integer(chunk.get("index")) or 0, {})
            said = choice.setdefault("message", {"role": "assistant"})
            _say(record(said), record(chunk.get("delta")), chunk)
            if chunk.get("finish_reason"):
                choice["finish_reason"] = chunk["finish_reason"]
    return whole | {"choices": [choices[index] for index in sorted(choices)]}


def _say(message: dict[str, object], delta: dict[str, object], chunk: dict[str, object]) -> None:
    for name in _SAID:
        if isinstance(delta.get(name), str):
            message[name] = f"{message.get(name) or ''}{delta[name]}"
    if isinstance(chunk.get("text"), str):
        message["content"] = f"{message.get('content') or ''}{chunk['text']}"
    if isinstance(delta.get("thinking_blocks"), list):
        message["thinking_blocks"] = [
            *entries(message.get("thinking_blocks")),
            *entries(delta["thinking_blocks"]),
        ]
    for call in entries(delta.get("tool_calls")):
        calls = message.setdefault("tool_calls", [])
        if isinstance(calls, list):
            _extend(calls, call)


def _extend(calls: list[dict[str, object]], call: dict[str, object]) -> None:
    index = integer(call.get("index"))
    index = len(calls) if index is None else min(index, len(calls))
    if index == len(calls):
        calls.append({"function": {}})
    said, given = record(calls[index]["function"]), record(call.get("function"))
    calls[index] |= {k: call[k] for k in ("id", "type") if call.get(k)}
    for name in ("name", "arguments"):
        if isinstance(given.get(name), str):
            said[name] = f"{said.get(name) or ''}{given[name]}"


def response(events: Sequence[dict[str, object]]) -> dict[str, object]:
    """The response object: the one that the end event carries, else put together from deltas."""
    whole: dict[str, object] = {"object": "response"}
    items: dict[int, dict[str, object]] = {}
    for event in events:
        kind = text(event.get("type")) or ""
        inside = record(event.get("response"))
        if kind in _ENDS and inside.get("output"):
            return inside
        whole |= {k: v for k, v in inside.items() if v not in (None, [], {})}
        index = integer(event.get("output_index")) or 0
        if kind == "response.output_item.done":
            items[index] = record(event.get("item"))
        elif kind == "response.output_item.added":
            items.setdefault(index, dict(record(event.get("item"))))
        elif kind.endswith(".delta"):
            _add(items.setdefault(index, {}), kind, event)
    return whole | {"output": [items[index] for index in sorted(items)]}


def _add(item: dict[str, object], kind: str, event: dict[str, object]) -> None:
    delta = text(event.get("delta")) or ""
    if "arguments" in kind:
        item["type"] = first(item.get("type"), "function_call")
        item["arguments"] = f"{item.get('arguments') or ''}{delta}"
        return
    thought = "reasoning" in kind
    item["type"] = first(item.get("type"), "reasoning" if thought else "message")
    place = "summary" if "summary" in kind else "content"
    parts = list(entries(item.get(place)))
    if not parts:
        parts.append({"type": "reasoning_text" if thought else "output_text", "text": ""})
    parts[-1]["text"] = f"{parts[-1].get('text') or ''}{delta}"
    item[place] = parts
