"""OpenAI chat (and text) completion request/response pairs, streams put back together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stillwatch.ingest.formats.anthropic_messages import is_anthropic
from stillwatch.ingest.importer import DocumentFormat, Outcome
from stillwatch.ingest.pairs import exchange_of_pair, request_of, response_of
from stillwatch.ingest.parts import Digest

__all__ = ["FORMAT"]


def _recognise(document: Mapping[str, object]) -> bool:
    request = request_of(document)
    if not request or is_anthropic(document):
        return False
    return "messages" in request or ("prompt" in request and "model" in request)


def _records(document: Mapping[str, object], keyed: Digest) -> Iterator[Outcome]:
    chat = "messages" in request_of(document) or "choices" not in response_of(document)
    yield exchange_of_pair(document, "chat" if chat else "completion", keyed)


FORMAT = DocumentFormat(
    name="openai_chat",
    title="OpenAI chat completion pair",
    recognise=_recognise,
    records=_records,
    example={
        "request_id": "r1",
        "timestamp": "2026-02-23T10:00:00Z",
        "account_id": "a1",
        "request": {"model": "m", "messages": [{"role": "user", "content": "hi"}]},
        "response": {"choices": [{"message": {"role": "assistant", "content": "hello"}}]},
    },
)
