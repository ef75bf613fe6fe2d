"""Request and response bodies of the provider APIs as canonical columns."""

from __future__ import annotations

from stillwatch.ingest.messages import answered, asked, conversation, tool_names
from stillwatch.ingest.parts import Digest
from stillwatch.ingest.pick import (
    boolean,
    entries,
    first,
    integer,
    number,
    opened,
    pick,
    record,
    text,
)
from stillwatch.ingest.sse import assemble, payloads
from stillwatch.ingest.usage import tokens

__all__ = ["request_columns", "response_body", "response_columns"]


def request_columns(body: object, keyed: Digest) -> dict[str, object]:
    """The columns that a request body of any of the known APIs fills.

    Known are OpenAI chat, completions and Responses, Anthropic Messages, Gemini, Bedrock Converse.
    """
    inside = opened(body)
    told = inside if isinstance(inside, dict) else {"messages": inside}
    given = first(*(told.get(key) for key in ("messages", "input", "contents", "prompt")))
    instructions = [told.get(k) for k in ("system", "instructions", "systemInstruction")]
    instructions.append(told.get("system_instruction"))
    names = tool_names(
        first(told.get("tools"), told.get("functions"), pick(told, "toolConfig", "tools"))
    )
    return {
        **asked(conversation(given, keyed), keyed, system=instructions),
        **_sampling(told),
        "tool_names": names,
        "model": text(told.get("model")),
        "end_user_id": _end_user(told),
        "session_id": _session(told),
    }


def response_body(given: object) -> dict[str, object]:
    """A response body as an object; a stream (SSE text or a list of its events) is put together."""
    inside = opened(given)
    if isinstance(inside, str) and "data:" not in inside:
        return {"role": "assistant", "content": inside} if inside else {}
    if isinstance(inside, str | bytes):
        inside = payloads(inside)
    if isinstance(inside, list):
        return assemble(item for item in inside if isinstance(item, dict)) or {}
    return inside if isinstance(inside, dict) else {}


def response_columns(body: object, keyed: Digest) -> dict[str, object]:
    """The columns that a response body (whole or streamed) fills, of its first choice."""
    told = response_body(body)
    choice = next(entries(first(told.get("choices"), told.get("candidates"))), {})
    given = first(choice.get("message"), choice.get("content"), choice.get("text"))
    if given is None:
        given = first(told.get("output"), told.get("content"), told.get("completion"))
        given = first(pick(given, "message"), given)
    if told.get("type") == "message" or "role" in told:
        given = {"role": "assistant", **told}
    messages = conversation(given, keyed)
    details = record(told.get("stop_details"))
    usage = first(told.get("usage"), told.get("usage_metadata"), told.get("usageMetadata"))
    return {
        **(answered(messages) if messages else {}),
        **tokens(usage),
        "model": text(
            first(told.get("model"), told.get("model_version"), told.get("modelVersion"))
        ),
        "stop_reason": _stop(told, choice),
        "refusal_category": text(details.get("category")),
    }


def _stop(told: dict[str, object], choice: dict[str, object]) -> str | None:
    incomplete = pick(told, "incomplete_details", "reason")
    whole = told.get("status") if told.get("object") == "response" else None
    return text(
        first(
            *(choice.get(key) for key in ("finish_reason", "finishReason")),
            *(told.get(key) for key in ("stop_reason", "stopReason", "finish_reason")),
            incomplete,
            whole,
        )
    )


def _sampling(told: dict[str, object]) -> dict[str, object]:
    inner = first(
        told.get("generationConfig"), told.get("generation_config"), told.get("inferenceConfig")
    )
    knobs = {**record(inner), **told}
    caps = (
        "max_output_tokens",
        "max_completion_tokens",
        "max_tokens",
        "maxOutputTokens",
        "maxTokens",
    )
    top = first(knobs.get("top_logprobs"), knobs.get("responseLogprobs"))
    logprobs = boolean(knobs.get("logprobs"))
    return {
        "temperature": number(knobs.get("temperature")),
        "top_p": number(first(knobs.get("top_p"), knobs.get("topP"))),
        "n": integer(first(knobs.get("n"), knobs.get("candidateCount"))),
        "max_output_tokens": integer(first(*(knobs.get(cap) for cap in caps))),
        "logprobs": bool(top) if logprobs is None and top is not None else logprobs,
        "stream": boolean(knobs.get("stream")),
    }


def _end_user(told: dict[str, object]) -> str | None:
    declared = (told.get("safety_identifier"), told.get("user"), pick(told, "metadata", "user_id"))
    return text(first(*declared))


def _session(told: dict[str, object]) -> str | None:
    return text(first(pick(told, "conversation", "id"), told.get("conversation")))
