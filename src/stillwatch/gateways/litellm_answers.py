"""LiteLLM's own objects, whole answers and pieces of streams, shaped in place."""

from __future__ import annotations

from typing import Any

from stillwatch.gateways.shaping import Shape

__all__ = ["dumped", "hidden", "shaped"]


def hidden(event: Any, shape: Shape) -> bool:  # noqa: ANN401 - LiteLLM's events
    """Whether an event of a stream shows nothing but reasoning that may not be shown."""
    kind = getattr(event, "type", None)
    kind = str(getattr(kind, "value", kind))
    if shape.reasoning == "full":
        return False
    if kind.startswith("response.reasoning_text"):
        return True
    return shape.reasoning != "summary" and kind.startswith("response.reasoning_summary")


def dumped(answer: Any) -> dict[str, Any] | None:  # noqa: ANN401 - LiteLLM's models
    """A model as a document, where it is one."""
    found = answer.model_dump() if hasattr(answer, "model_dump") else None
    return found if isinstance(found, dict) else None


def shaped(answer: Any, shape: Shape) -> Any:  # noqa: ANN401 - LiteLLM's models
    """A model of LiteLLM's, whole or a piece of a stream; is changed."""
    if shape.reasoning != "full":
        _cleared(answer, shape)
    if shape.sealer is not None:
        shape.sealer.seal(answer)
    return answer


def _cleared(answer: Any, shape: Shape) -> None:  # noqa: ANN401
    for choice in getattr(answer, "choices", None) or ():
        for part in (getattr(choice, "message", None), getattr(choice, "delta", None)):
            if part is not None:
                _clear(part, shape)
    inside = getattr(answer, "response", None)
    for item in (*(getattr(answer, "output", None) or ()), getattr(answer, "item", None)):
        if item is not None:
            _clear_item(item, shape)
    if inside is not None:
        _cleared(inside, shape)


def _clear(part: Any, shape: Shape) -> None:  # noqa: ANN401
    shown = False
    for name in ("reasoning_content", "reasoning"):
        if getattr(part, name, None) is not None:
            shown = shown or bool(getattr(part, name))
            setattr(part, name, None)
    for block in getattr(part, "thinking_blocks", None) or ():
        if isinstance(block, dict) and block.get("type") == "thinking":
            block["thinking"] = ""
    fields = getattr(part, "provider_specific_fields", None)
    if isinstance(fields, dict):
        for name in ("reasoning_content", "reasoning"):
            fields.pop(name, None)
        for block in fields.get("thinking_blocks") or ():
            if isinstance(block, dict) and block.get("type") == "thinking":
                block["thinking"] = ""
    if shown and (note := shape.once()) is not None:
        part.reasoning_content = note


def _clear_item(item: Any, shape: Shape) -> None:  # noqa: ANN401
    told = item if isinstance(item, dict) else getattr(item, "__dict__", {})
    if told.get("type") != "reasoning":
        return
    kept = list(told.get("summary") or ()) if shape.reasoning == "summary" else []
    if shape.note is not None:
        kept.append({"type": "summary_text", "text": shape.note})
    for name, value in {"content": None, "summary": kept}.items():
        if isinstance(item, dict):
            item[name] = value
        elif hasattr(item, name):
            setattr(item, name, value)
