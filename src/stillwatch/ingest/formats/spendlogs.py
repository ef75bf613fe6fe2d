"""LiteLLM SpendLogs rows, from PostgreSQL by way of JSON, CSV or Parquet."""

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
from stillwatch.ingest.importer import DocumentFormat, Outcome
from stillwatch.ingest.messages import content_state
from stillwatch.ingest.parts import Digest
from stillwatch.ingest.pick import first, integer, pick, record, text
from stillwatch.ingest.usage import tokens

__all__ = ["FORMAT"]


def _recognise(document: Mapping[str, object]) -> bool:
    return "request_id" in document and "startTime" in document and "spend" in document


def _records(row: Mapping[str, object], keyed: Digest) -> Iterator[Outcome]:
    metadata = record(row.get("metadata"))
    # `messages` is {} for all but realtime; the prompt is in the proxy's copy of the request.
    request = record(row.get("proxy_server_request"))
    request = request or {"messages": first(row.get("messages"), {})}
    asked = request_columns(record(request.get("body")) or request, keyed)
    told = response_columns(row.get("response"), keyed)
    start = row.get("startTime")
    key = first(row.get("api_key"), metadata.get("user_api_key"))
    user = first(row.get("user"), metadata.get("user_api_key_user_id"))
    duration = first(row.get("request_duration_ms"), milliseconds(start, row.get("endTime")))
    first_token = row.get("completionStartTime") if asked["stream"] is True else None
    yield {
        **asked,
        **told,
        **transport(metadata),
        **account(user, row.get("team_id"), row.get("organization_id"), key, keyed=keyed),
        **_tokens(row, metadata),
        # request_id is the provider's response id, or something else for failures
        "exchange_id": text(first(row.get("litellm_call_id"), row.get("request_id"))),
        "started_at": start,
        "duration_ms": duration,
        "ttft_ms": milliseconds(start, first_token),
        "end_user_id": text(first(row.get("end_user"), asked["end_user_id"])),
        "channel": "api",
        "client_ip": text(
            first(row.get("requester_ip_address"), metadata.get("requester_ip_address"))
        ),
        "user_agent": text(metadata.get("user_agent")),
        "operation": operation(row.get("call_type")),
        "model": served(row.get("model"), row.get("custom_llm_provider")),
        "session_id": text(row.get("session_id")),
        "http_status": _status(row, metadata, told),
        "content_state": _state(asked, told),
    }


def _tokens(row: Mapping[str, object], metadata: dict[str, object]) -> dict[str, object]:
    found = tokens(metadata.get("usage_object"))
    if found:
        return found
    if integer(row.get("total_tokens")):
        return tokens({k: row.get(k) for k in ("prompt_tokens", "completion_tokens")})
    return {}  # LiteLLM writes 0 where nothing was counted


def _status(
    row: Mapping[str, object], metadata: dict[str, object], told: dict[str, object]
) -> int | None:
    code = integer(pick(metadata, "error_information", "error_code"))
    if code is not None:
        return code
    # The rows of blocked requests say "success" too; only an answer or a count proves one.
    served_it = told.get("response_text") is not None or bool(integer(row.get("total_tokens")))
    return 200 if row.get("status") == "success" and served_it else None


def _state(asked: dict[str, object], told: dict[str, object]) -> str:
    names = ("system_text", "prompt_text")
    return content_state(
        *(asked[name] for name in names), told.get("response_text"), told.get("reasoning_text")
    )


FORMAT = DocumentFormat(
    name="spendlogs",
    title="LiteLLM SpendLogs row",
    recognise=_recognise,
    records=_records,
    example={
        "request_id": "chatcmpl-1",
        "litellm_call_id": "c1",
        "call_type": "acompletion",
        "api_key": "k1",
        "spend": 0.0,
        "startTime": "2026-02-23 10:00:00.000",
        "endTime": "2026-02-23 10:00:01.500",
        "model": "openai/m",
        "user": "a1",
        "total_tokens": 5,
        "prompt_tokens": 3,
        "completion_tokens": 2,
        "messages": "{}",
        "proxy_server_request": '{"messages": [{"role": "user", "content": "hi"}]}',
        "response": '{"choices": [{"message": {"content": "hello"}}]}',
        "status": "success",
    },
)
