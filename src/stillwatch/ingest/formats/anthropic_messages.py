"""Anthropic Messages request/response pairs, streams put back together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stillwatch.ingest.importer import DocumentFormat, Outcome
from stillwatch.ingest.pairs import BODIES, answers_alone, exchange_of_pair, request_of, response_of
from stillwatch.ingest.parts import Digest
from stillwatch.ingest.pick import entries, pick, text

__all__ = ["FORMAT", "is_anthropic"]

_BLOCKS = {"thinking", "redacted_thinking", "tool_use", "tool_result"}


def is_anthropic(document: Mapping[str, object]) -> bool:
    """Whether a pair is of Anthropic's Messages API, by its answer or else by its request."""
    if BODIES.isdisjoint(document):
        return False
    request = request_of(document)
    if "messages" not in request:
        return answers_alone(document) and response_of(document).get("type") == "message"
    response = response_of(document)
    if "choices" in response:
        return False
    if response.get("type") == "message" or "stop_details" in response:
        return True
    if any(name in request for name in ("system", "thinking", "anthropic_version")):
        return True
    model = text(request.get("model")) or ""
    parts = (part for m in entries(request["messages"]) for part in entries(m.get("content")))
    return "claude" in model or any(pick(part, "type") in _BLOCKS for part in parts)


def _records(document: Mapping[str, object], keyed: Digest) -> Iterator[Outcome]:
    yield exchange_of_pair(document, "chat", keyed)


FORMAT = DocumentFormat(
    name="anthropic_messages",
    title="Anthropic Messages pair",
    recognise=is_anthropic,
    records=_records,
    example={
        "request_id": "r1",
        "timestamp": "2026-02-23T10:00:00Z",
        "account_id": "a1",
        "request": {
            "model": "m",
            "max_tokens": 10,
            "messages": [{"role": "user", "content": "hi"}],
        },
        "response": {
            "type": "message",
            "content": [{"type": "text", "text": "hello"}],
            "usage": {"input_tokens": 3, "cache_read_input_tokens": 4, "output_tokens": 2},
        },
    },
)
