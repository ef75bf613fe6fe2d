"""Amazon Bedrock model invocation logs (schema ModelInvocationLog 1.0)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stillwatch.ingest.bodies import request_columns, response_columns
from stillwatch.ingest.formats.bedrock_bodies import usual_request, usual_response
from stillwatch.ingest.importer import DocumentFormat, Outcome
from stillwatch.ingest.messages import content_state
from stillwatch.ingest.parts import Digest
from stillwatch.ingest.pick import first, integer, pick, record, text

__all__ = ["FORMAT"]

_STATUS = {
    "ThrottlingException": 429,
    "ServiceQuotaExceededException": 429,
    "AccessDeniedException": 403,
    "ValidationException": 400,
    "ResourceNotFoundException": 404,
    "ModelTimeoutException": 408,
}


def _recognise(document: Mapping[str, object]) -> bool:
    kind = document.get("schemaType")
    return kind == "ModelInvocationLog" or (
        kind is None and {"modelId", "requestId", "input"} <= document.keys()
    )


def _records(log: Mapping[str, object], keyed: Digest) -> Iterator[Outcome]:
    given, answer = record(log.get("input")), record(log.get("output"))
    asked = request_columns(usual_request(given.get("inputBodyJson")), keyed)
    found = response_columns(usual_response(answer.get("outputBodyJson")), keyed)
    told = {k: v for k, v in found.items() if v is not None}
    arn = text(pick(log, "identity", "arn"))
    operation = text(log.get("operation")) or ""
    yield {
        **asked,
        **told,
        **_tokens(given, answer, told),
        "exchange_id": text(log.get("requestId")),
        "started_at": log.get("timestamp"),
        # No address and no agent is logged here: they are in CloudTrail, under the same requestId.
        "account_id": first(arn, text(log.get("accountId"))),
        "organization_id": text(log.get("accountId")),
        "credential_id": arn,
        "channel": "bedrock",
        "operation": "embedding" if "embed" in (text(log.get("modelId")) or "") else "chat",
        "model": _model(log.get("modelId")),
        "stream": "Stream" in operation if operation else None,
        "http_status": _status(log),
        "content_state": content_state(asked["prompt_text"], told.get("response_text")),
    }


def _model(model_id: object) -> str | None:
    told = text(model_id)
    return None if told is None else told.rpartition("/")[2]


def _status(log: Mapping[str, object]) -> int:
    code = text(log.get("errorCode"))
    return 200 if code is None else _STATUS.get(code, 500)


def _tokens(
    given: dict[str, object], answer: dict[str, object], told: dict[str, object]
) -> dict[str, object]:
    plain = integer(given.get("inputTokenCount"))
    cached = integer(given.get("cacheReadInputTokenCount"))
    written = integer(given.get("cacheWriteInputTokenCount"))
    return {
        "input_tokens": told.get("input_tokens")
        if plain is None
        else plain + (cached or 0) + (written or 0),
        "cached_input_tokens": first(cached, told.get("cached_input_tokens")),
        "output_tokens": first(integer(answer.get("outputTokenCount")), told.get("output_tokens")),
    }


FORMAT = DocumentFormat(
    name="bedrock",
    title="Amazon Bedrock model invocation log",
    recognise=_recognise,
    records=_records,
    example={
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": "2026-02-23T10:00:00Z",
        "accountId": "123456789012",
        "identity": {"arn": "arn:aws:iam::123456789012:user/u"},
        "requestId": "r1",
        "operation": "InvokeModel",
        "modelId": "anthropic.m",
        "input": {
            "inputBodyJson": {"messages": [{"role": "user", "content": "hi"}]},
            "inputTokenCount": 3,
        },
        "output": {
            "outputBodyJson": {"type": "message", "content": [{"type": "text", "text": "hello"}]},
            "outputTokenCount": 2,
        },
    },
)
