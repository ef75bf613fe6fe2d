"""OTLP JSON traces and logs with the GenAI conventions: one exchange for each call of a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stillwatch.ingest.bodies import request_columns, response_columns, sampling
from stillwatch.ingest.formats.otlp_aliases import ALIASES, CONTENT, INFERENCE, NO_INFERENCE
from stillwatch.ingest.formats.otlp_events import around, spoken
from stillwatch.ingest.formats.otlp_values import attributes, identifier, indexed_messages, literal
from stillwatch.ingest.importer import DocumentFormat, NotExchange, Outcome
from stillwatch.ingest.messages import answered, asked, content_state, conversation, tool_names
from stillwatch.ingest.pairs import account_of_key
from stillwatch.ingest.parts import Digest
from stillwatch.ingest.pick import entries, first, integer, number, opened, pick, record, text
from stillwatch.ingest.usage import tokens

__all__ = ["FORMAT"]

_OPERATIONS = {
    "acompletion": "chat",
    "completion": "chat",
    "generate_content": "chat",
    "anthropic_messages": "chat",
    "aresponses": "chat",
    "text_completion": "completion",
    "embeddings": "embedding",
    "aembedding": "embedding",
}
_DETAILS = "gen_ai.client.inference.operation.details"
Call = tuple[Mapping[str, object], dict[str, object]]


def _recognise(document: Mapping[str, object]) -> bool:
    return "resourceSpans" in document or "resourceLogs" in document


def _records(document: Mapping[str, object], keyed: Digest) -> Iterator[Outcome]:
    spans = list(_items(document, "resourceSpans", "scopeSpans", "spans"))
    calls = {identifier(span.get("spanId")): told for span, told in spans if _is_call(told)}
    for span, told in spans:
        kind = _why_not(span, told, calls)
        yield NotExchange(kind) if kind is not None else _of_span(span, told, keyed)
    for log, told in _items(document, "resourceLogs", "scopeLogs", "logRecords"):
        inside = attributes(pick(log.get("body"), "kvlistValue", "values"))
        named = (log.get("eventName"), told.get("event.name"), inside.get("event.name"))
        name = text(first(*named))
        if name == _DETAILS or (name is None and _is_call(told)):
            yield _of_log(log, told, keyed)
        else:
            yield NotExchange(f"log record: {name or 'without event name'}")


def _items(
    document: Mapping[str, object], resources: str, scopes: str, items: str
) -> Iterator[Call]:
    for resource in entries(document.get(resources)):
        shared = attributes(pick(resource, "resource", "attributes"))
        for scope in entries(resource.get(scopes)):
            for item in entries(scope.get(items)):
                yield item, {**shared, **attributes(item.get("attributes"))}


def _is_call(told: Mapping[str, object]) -> bool:
    if told.get("gen_ai.operation.name") in NO_INFERENCE:
        return False
    return any(name in told for name in INFERENCE)


def _why_not(
    span: Mapping[str, object],
    told: Mapping[str, object],
    calls: Mapping[str | None, dict[str, object]],
) -> str | None:
    name = text(span.get("name")) or "without name"
    if not _is_call(told):
        return f"span: {name}"
    parent = calls.get(identifier(span.get("parentSpanId")))
    if parent is None:
        return None
    mine, theirs = told.get("gen_ai.response.id"), parent.get("gen_ai.response.id")
    same = mine is None or theirs is None or mine == theirs
    return f"span inside a counted call: {name}" if same else None


def _of_span(
    span: Mapping[str, object], told: dict[str, object], keyed: Digest
) -> dict[str, object]:
    start, end = integer(span.get("startTimeUnixNano")), integer(span.get("endTimeUnixNano"))
    duration = None if start is None or end is None or end < start else (end - start) / 1e6
    events = list(entries(span.get("events")))
    told = {**around(events), **spoken(events), **told}
    failed = pick(span, "status", "code") in {2, "STATUS_CODE_ERROR"}
    return {
        **_columns(told, keyed, failed=failed),
        "exchange_id": _id(span, told),
        "started_at": None if start is None else start // 1000 * 1000,
        "duration_ms": duration,
        "session_id": text(_alias(told, "session_id")),
    }


def _of_log(log: Mapping[str, object], told: dict[str, object], keyed: Digest) -> dict[str, object]:
    inside = attributes(pick(log.get("body"), "kvlistValue", "values"))
    at = integer(first(log.get("timeUnixNano"), log.get("observedTimeUnixNano")))
    merged = {**inside, **told}
    return {
        **_columns(merged, keyed, failed="error.type" in merged),
        "exchange_id": _id(log, merged),
        "started_at": at,
        "session_id": text(_alias(merged, "session_id")),
    }


def _id(item: Mapping[str, object], told: Mapping[str, object]) -> str | None:
    call = text(first(told.get("litellm.call_id"), told.get("stillwatch.exchange_id")))
    trace, span = identifier(item.get("traceId")), identifier(item.get("spanId"))
    made = f"{trace}:{span}" if trace and span else None
    return text(first(call, made, told.get("gen_ai.response.id")))


def _columns(told: dict[str, object], keyed: Digest, *, failed: bool) -> dict[str, object]:
    request, response = _asked(told, keyed), _answered(told, keyed)
    knobs = sampling(record(_content(told, "parameters")))
    found = {name: _alias(told, name) for name in ALIASES}
    key = found["credential_id"]
    usage = {
        k: v for k, v in tokens(literal(told.get("metadata.usage_object"))).items() if v is not None
    }
    operation = text(told.get("gen_ai.operation.name"))
    wait = number(told.get("gen_ai.response.time_to_first_chunk"))
    queued = number(first(told.get("gen_ai.latency.time_to_first_token"), wait))
    return {
        **request,
        **response,
        **usage,
        **knobs,
        **{name: value for name, value in found.items() if value is not None},
        "account_id": first(
            found["account_id"], account_of_key(key, keyed), told.get("enduser.id")
        ),
        "ttft_ms": None if queued is None else queued * 1000,
        "channel": "api",
        "operation": _OPERATIONS.get(operation or "", operation),
        "tool_names": tool_names(_content(told, "tools")),
        "stop_reason": _stop(told),
        "http_status": _status(told, found, failed=failed),
        "content_state": content_state(request["prompt_text"], response["response_text"]),
    }


def _asked(told: Mapping[str, object], keyed: Digest) -> dict[str, object]:
    given = first(_content(told, "input"), indexed_messages(told, "prompt"))
    system = _content(told, "system")
    found = asked(conversation(given, keyed), keyed, system=[system])
    if given is not None or system is not None:
        return found
    whole = request_columns(_content(told, "request"), keyed)
    return {name: whole[name] for name in found}


def _answered(told: Mapping[str, object], keyed: Digest) -> dict[str, object]:
    answer = first(_content(told, "output"), indexed_messages(told, "completion"))
    found = answered(conversation(answer, keyed))
    if answer is not None:
        return found
    whole = response_columns(_content(told, "response"), keyed)
    return {name: whole.get(name) for name in found}


def _content(told: Mapping[str, object], kind: str) -> object:
    return first(*(told.get(name) for name in CONTENT[kind]))


def _alias(told: Mapping[str, object], name: str) -> object:
    return first(*(told.get(alias) for alias in ALIASES[name]))


def _stop(told: Mapping[str, object]) -> str | None:
    reasons = opened(told.get("gen_ai.response.finish_reasons"))
    return text(reasons[0] if isinstance(reasons, list) and reasons else reasons)


def _status(told: Mapping[str, object], found: Mapping[str, object], *, failed: bool) -> int | None:
    code = integer(first(found.get("http_status"), told.get("error.type")))
    if code is not None:
        return code
    return None if failed or "error.type" in told else 200


FORMAT = DocumentFormat(
    name="otlp",
    title="OTLP JSON with GenAI conventions",
    recognise=_recognise,
    records=_records,
    example={
        "resourceSpans": [
            {
                "resource": {"attributes": [{"key": "user.id", "value": {"stringValue": "a1"}}]},
                "scopeSpans": [
                    {
                        "spans": [
                            {
                                "traceId": "5b8aa5a2d2c872e8321cf37308d69df2",
                                "spanId": "051581bf3cb55c13",
                                "name": "chat m",
                                "startTimeUnixNano": "1771840800000000000",
                                "endTimeUnixNano": "1771840801000000000",
                                "attributes": [
                                    {"key": "gen_ai.request.model", "value": {"stringValue": "m"}}
                                ],
                            }
                        ]
                    }
                ],
            }
        ]
    },
)
