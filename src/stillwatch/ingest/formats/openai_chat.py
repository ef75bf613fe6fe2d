"""OpenAI chat (and text) completion request/response pairs, streams put back together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stillwatch.ingest.formats.anthropic_messages import is_anthropic
from stillwatch.ingest.importer import DocumentFormat, Outcome
from stillwatch.ingest.pairs import BODIES, answers_alone, exchange_of_pair, request_of, response_of
from stillwatch.ingest.parts import Digest

__all__ = ["FORMAT"]


def _recognise(document: Mapping[str, object]) -> bool:
    if BODIES.isdisjoint(document) or is_anthropic(document):
        return False
    request = request_of(document)
    if "messages" in request or ("prompt" in request and "model" in request):
        return True
    return answers_alone(document) and "choices" in response_of(document)


def _records(document: Mapping[str, object], keyed: Digest) -> Iterator[Outcome]:
    request, response = request_of(document), response_of(document)
    chat = "prompt" not in request or "messages" in request or "choices" not in response
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
