"""Request and response bodies of the provider APIs as canonical columns."""

from __future__ import annotations

from stillwatch.ingest.messages import (
    answered,
    asked,
    conversation,
    is_talk,
    tool_names,
    verbatim,
)
from stillwatch.ingest.parts import Digest, is_blank, is_known
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
from stillwatch.ingest.sse import assemble, streamed
from stillwatch.ingest.usage import tokens

__all__ = ["TALK", "request_columns", "response_body", "response_columns", "sampling"]

TALK = ("messages", "input", "contents", "prompt")
"""Where request bodies hold what is asked, in the order in which they are looked at."""
_ANSWER = ("output", "content", "completion")
_ASKED_BY = {"model", "system", "instructions", "stream", "temperature", "top_p", "n", *TALK}
_ASKED_BY |= {"max_tokens", "max_output_tokens", "max_completion_tokens", "stop", "user", "tools"}
_ASKED_BY |= {"logprobs", "top_logprobs", "seed", "metadata", "store", "tool_choice"}
_TOLD_BY = {"id", "model", "created", "usage", "stop_reason", "stopReason", "metrics", "status"}
_TOLD_BY |= {"choices", "candidates", "object", *_ANSWER}
_OBJECTS = {"response", "chat.completion", "text_completion", "list", "error"}
_FAILED_BY = {"error", "type", "request_id", "status", "code"}


def request_columns(body: object, keyed: Digest) -> dict[str, object]:
    """The columns that a request body of any of the known APIs fills.

    Known are OpenAI chat, completions and Responses, Anthropic Messages, Gemini, Bedrock Converse.
    """
    told = _request(body)
    given = first(*(told.get(key) for key in TALK))
    # A string in `input` or `prompt` is text for the API; only a log has messages as JSON text.
    given = given if given is told.get("messages") else verbatim(given)
    told_how = ("system", "instructions", "systemInstruction", "system_instruction")
    instructions = [verbatim(told.get(key)) for key in told_how]
    names = tool_names(
        first(told.get("tools"), told.get("functions"), pick(told, "toolConfig", "tools"))
    )
    return {
        **asked(conversation(given, keyed), keyed, system=instructions),
        **sampling(told),
        "tool_names": names,
        "model": text(told.get("model")),
        "end_user_id": _end_user(told),
        "session_id": _session(told),
    }


def response_body(given: object) -> dict[str, object]:
    """A response body as an object; a stream (SSE text or a list of its events) is put together.

    Text that is neither a response nor a stream is the answer itself.
    """
    given = _decoded(given)
    inside = opened(given)
    if isinstance(inside, list):
        whole = assemble(item for item in inside if isinstance(item, dict))
        whole = whole or ({"output": inside} if is_talk(inside) else None)
    elif isinstance(inside, dict):
        whole = inside if inside is given or not inside or _is_response(inside) else None
    else:
        whole = streamed(inside) if isinstance(inside, str) else {}
    if whole is None and isinstance(given, str):
        return {"role": "assistant", "content": given} if inside else {}
    return whole or {}


def response_columns(body: object, keyed: Digest) -> dict[str, object]:
    """The columns that a response body (whole or streamed) fills, of its first choice."""
    told = response_body(body)
    choice = next(entries(first(told.get("choices"), told.get("candidates"))), {})
    given = first(choice.get("message"), choice.get("content"), choice.get("text"))
    if given is None:
        given = first(*(told.get(key) for key in _ANSWER))
        given = first(given.get("message"), given) if isinstance(given, dict) else given
    if told.get("type") == "message" or "role" in told:
        given = {"role": "assistant", **told}
    messages = conversation(verbatim(given, "assistant"), keyed)
    if isinstance(body, str) and not _is_reply(told) and all(m.is_empty() for m in messages):
        messages = conversation([verbatim(body, "assistant")], keyed) if told else []
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


def _request(body: object) -> dict[str, object]:
    body = _decoded(body)
    inside = opened(body)
    known = isinstance(inside, dict) and (inside is body or _is_request(inside))
    return record(inside) if known else {"messages": body}


def _decoded(given: object) -> object:
    return given.decode("utf-8", "replace") if isinstance(given, bytes) else given


def _is_request(told: dict[str, object]) -> bool:
    """Whether an object that came as text is a request, rather than a prompt that is JSON."""
    if any(is_talk(told.get(key)) for key in ("messages", "contents")):
        return True
    given = first(*(told.get(key) for key in TALK))
    if given is None:
        return told.keys() <= _ASKED_BY
    fits = isinstance(given, str) or _is_said(given)
    return fits and ("model" in told or told.keys() <= _ASKED_BY)


def _is_response(told: dict[str, object]) -> bool:
    """Whether an object that came as text is a response, rather than an answer that is JSON."""
    if _is_reply(told) or is_known(told):
        return True
    given = first(*(told.get(key) for key in _ANSWER))
    return told.keys() <= _TOLD_BY and (isinstance(given, str) or _is_said(given))


def _is_reply(told: dict[str, object]) -> bool:
    """Whether an object is of an API beyond doubt, even one that holds no answer."""
    if any(entries(first(told.get("choices"), told.get("candidates")))) or is_blank(told):
        return True
    failed = isinstance(told.get("error"), dict) and told.keys() <= _FAILED_BY
    if failed or text(told.get("object")) in _OBJECTS:
        return True
    return isinstance(told.get("usage"), dict) and told.keys() <= _TOLD_BY | {"type", "role"}


def _is_said(given: object) -> bool:
    if isinstance(given, list):
        plain = all(isinstance(item, str | int) for item in given)
        return plain or is_talk(given)
    return is_known(given) or is_known(pick(given, "message"))


def _stop(told: dict[str, object], choice: dict[str, object]) -> str | None:
    incomplete = pick(told, "incomplete_details", "reason")
    whole = told.get("status") if told.get("object") == "response" else None
    return text(
        first(
            *(choice.get(key) for key in ("finish_reason", "finishReason", "stop_reason")),
            *(told.get(key) for key in ("stop_reason", "stopReason", "finish_reason")),
            incomplete,
            whole,
        )
    )


def sampling(told: dict[str, object]) -> dict[str, object]:
    """The columns that the parameters of a request fill."""
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
