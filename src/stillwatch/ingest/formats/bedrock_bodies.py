"""Bodies of InvokeModel in the dialects that only Bedrock speaks, as those of a chat completion.

These are Llama's, Mistral's text, Amazon Titan's and Cohere's, each whole or as a list of chunks.
"""

from __future__ import annotations

from collections.abc import Sequence

from stillwatch.ingest.pick import entries, first, integer, opened, pick, record, text

__all__ = ["usual_request", "usual_response"]

_KNOBS = {
    "maxTokenCount": "max_tokens",
    "max_gen_len": "max_tokens",
    "topP": "top_p",
    "p": "top_p",
    "num_generations": "n",
}
_MARKS = {"generation", "generations", "outputs", "results", "outputText", "inputTextTokenCount"}
_MARKS |= {"generation_id", "is_finished", "event_type"}
_SAID = ("text", "outputText", "generation")
_ENDS = ("stop_reason", "completionReason", "finish_reason")
_METRICS = "amazon-bedrock-invocationMetrics"


def usual_request(body: object) -> object:
    """A request body under the names that the other APIs use; one of theirs as it is."""
    told = record(body)
    if not told or "messages" in told:
        return body
    knobs = {**record(told.get("textGenerationConfig")), **told}
    named = {_KNOBS.get(name, name): value for name, value in knobs.items()}
    if isinstance(told.get("message"), str):
        named["messages"] = [*_earlier(told), {"role": "user", "content": told["message"]}]
        named["system"] = told.get("preamble")
    return {"input": first(told.get("inputText"), told.get("texts")), **named}


def _earlier(told: dict[str, object]) -> list[dict[str, object]]:
    roles = {"CHATBOT": "assistant", "SYSTEM": "system", "TOOL": "tool"}
    return [
        {"role": roles.get(text(one.get("role")) or "", "user"), "content": one.get("message")}
        for one in entries(told.get("chat_history"))
    ]


def usual_response(body: object) -> object:
    """A response body, or the chunks of one, as a chat completion; one of another API as it is."""
    inside = opened(body)
    chunks = [inside] if isinstance(inside, dict) else list(entries(inside))
    if not any(_MARKS & chunk.keys() for chunk in chunks):
        return body
    inner = [_first_choice(chunk) for chunk in chunks]
    calls = [call for one in inner for call in entries(one.get("tool_calls"))]
    message = {
        "role": "assistant",
        "content": "".join(_text(one) for one in inner),
        "tool_calls": [{**call, "arguments": call.get("parameters")} for call in calls],
    }
    ends = [first(*(one.get(name) for name in _ENDS)) for one in inner]
    return {
        "choices": [{"message": message, "finish_reason": first(*reversed(ends))}],
        "usage": _usage(chunks, inner),
    }


def _first_choice(chunk: dict[str, object]) -> dict[str, object]:
    choices = first(*(chunk.get(name) for name in ("outputs", "results", "generations")))
    return next(entries(choices), chunk)


def _text(choice: dict[str, object]) -> str:
    said = first(*(choice.get(name) for name in _SAID))
    return said if isinstance(said, str) else ""


def _usage(
    chunks: Sequence[dict[str, object]], inner: Sequence[dict[str, object]]
) -> dict[str, object]:
    """The counts of the last chunk that has any: they grow while the stream goes on."""
    asked = [
        first(
            *(chunk.get(name) for name in ("prompt_token_count", "inputTextTokenCount")),
            pick(chunk, _METRICS, "inputTokenCount"),
            pick(chunk, "meta", "billed_units", "input_tokens"),
        )
        for chunk in chunks
    ]
    told = [
        first(
            *(chunk.get(name) for name in ("generation_token_count", "totalOutputTextTokenCount")),
            one.get("tokenCount"),
            pick(chunk, _METRICS, "outputTokenCount"),
            pick(chunk, "meta", "billed_units", "output_tokens"),
        )
        for chunk, one in zip(chunks, inner, strict=True)
    ]
    return {
        "prompt_tokens": integer(first(*reversed(asked))),
        "completion_tokens": integer(first(*reversed(told))),
    }
