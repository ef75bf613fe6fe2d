"""LiteLLM standard logging payloads: pushed, from object stores, or inside a log of hook calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stillwatch.ingest.bodies import request_columns, response_columns
from stillwatch.ingest.formats.litellm_shared import (
    account,
    milliseconds,
    operation,
    served,
    transport,
)
from stillwatch.ingest.importer import DocumentFormat, NotExchange, Outcome
from stillwatch.ingest.messages import content_state
from stillwatch.ingest.parts import Digest
from stillwatch.ingest.pick import boolean, first, integer, pick, record, text
from stillwatch.ingest.usage import tokens

__all__ = ["FORMAT"]

_MARKS = (
    "status_fields",
    "model_map_information",
    "hidden_params",
    "standard_built_in_tools_params",
)
_ENVELOPES = ("slp", "standard_logging_object", "standard_logging_payload")


def _recognise(document: Mapping[str, object]) -> bool:
    if any(isinstance(document.get(name), dict) for name in _ENVELOPES):
        return True
    if _is_hook_event(document):
        return True
    return (
        "call_type" in document and "startTime" in document and any(m in document for m in _MARKS)
    )


def _is_hook_event(document: Mapping[str, object]) -> bool:
    return isinstance(document.get("kind"), str) and isinstance(document.get("t"), int | float)


def _records(document: Mapping[str, object], keyed: Digest) -> Iterator[Outcome]:
    inside = first(*(document.get(name) for name in _ENVELOPES))
    if isinstance(inside, dict):
        yield _exchange(inside, keyed)
    elif _is_hook_event(document) and "startTime" not in document:
        yield NotExchange(f"litellm hook event: {document['kind']}")
    else:
        yield _exchange(document, keyed)


def _exchange(payload: Mapping[str, object], keyed: Digest) -> dict[str, object]:
    metadata = record(payload.get("metadata"))
    parameters = record(payload.get("model_parameters"))
    asked = request_columns({**parameters, "messages": payload.get("messages")}, keyed)
    told = response_columns(payload.get("response"), keyed)
    start, stream = payload.get("startTime"), boolean(payload.get("stream"))
    streamed = first(stream, asked["stream"])
    first_token = payload.get("completionStartTime") if streamed is True else None
    owner = [
        metadata.get(f"user_api_key_{name}") for name in ("user_id", "team_id", "org_id", "hash")
    ]
    return {
        **asked,
        **told,
        **_named_blocks(metadata, keyed),
        **transport(metadata),
        **account(*owner, keyed=keyed),
        **_tokens(payload, metadata),
        "exchange_id": text(first(payload.get("litellm_call_id"), payload.get("id"))),
        "started_at": start,
        "duration_ms": milliseconds(start, payload.get("endTime")),
        "ttft_ms": milliseconds(start, first_token),
        "end_user_id": text(
            first(payload.get("end_user"), metadata.get("user_api_key_end_user_id"))
        ),
        "channel": "api",
        "client_ip": text(
            first(payload.get("requester_ip_address"), metadata.get("requester_ip_address"))
        ),
        "user_agent": text(first(payload.get("user_agent"), metadata.get("user_agent"))),
        "operation": operation(payload.get("call_type")),
        "model": served(payload.get("model"), payload.get("custom_llm_provider")),
        "stream": streamed,
        "session_id": text(first(payload.get("session_id"), payload.get("trace_id"))),
        "http_status": _status(payload),
        "content_state": content_state(asked["prompt_text"], told.get("response_text")),
    }


def _named_blocks(metadata: dict[str, object], keyed: Digest) -> dict[str, object]:
    """The reasoning blocks as our guardrail names them: the logs have them in two wrappings."""
    notes = record(pick(metadata, "spend_logs_metadata", "stillwatch"))
    return {
        name: [keyed("reasoning", digest.encode()) for digest in given if isinstance(digest, str)]
        for name in ("reasoning_in", "reasoning_out")
        if isinstance(given := notes.get(name), list)
    }


def _tokens(payload: Mapping[str, object], metadata: dict[str, object]) -> dict[str, object]:
    usage = first(metadata.get("usage_object"), pick(payload.get("response"), "usage"))
    found = tokens(usage)
    if found:
        return found
    if payload.get("status") == "failure" and not payload.get("total_tokens"):
        return {}  # LiteLLM writes 0 where nothing was counted
    return tokens({k: payload.get(k) for k in ("prompt_tokens", "completion_tokens")})


def _status(payload: Mapping[str, object]) -> int | None:
    code = integer(pick(payload.get("error_information"), "error_code"))
    if code is not None:
        return code
    return 200 if payload.get("status") == "success" else None


FORMAT = DocumentFormat(
    name="litellm",
    title="LiteLLM standard logging payload",
    recognise=_recognise,
    records=_records,
    example={
        "id": "chatcmpl-1",
        "litellm_call_id": "c1",
        "call_type": "acompletion",
        "status": "success",
        "status_fields": {"llm_api_status": "success"},
        "startTime": 1771840800.0,
        "endTime": 1771840801.5,
        "model": "openai/m",
        "custom_llm_provider": "openai",
        "metadata": {"user_api_key_user_id": "a1", "user_api_key_hash": "k1"},
        "messages": [{"role": "user", "content": "hi"}],
        "response": {"choices": [{"message": {"content": "hello"}, "finish_reason": "stop"}]},
    },
)
