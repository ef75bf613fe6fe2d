"""OpenAI Responses request/response pairs, streams put back together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stillwatch.ingest.importer import DocumentFormat, Outcome
from stillwatch.ingest.pairs import BODIES, answers_alone, exchange_of_pair, request_of, response_of
from stillwatch.ingest.parts import Digest

__all__ = ["FORMAT"]


def _recognise(document: Mapping[str, object]) -> bool:
    if BODIES.isdisjoint(document):
        return False
    request = request_of(document)
    if "input" in request and "messages" not in request and "model" in request:
        return True
    return answers_alone(document) and response_of(document).get("object") == "response"


def _records(document: Mapping[str, object], keyed: Digest) -> Iterator[Outcome]:
    embeds = response_of(document).get("object") == "list"
    yield exchange_of_pair(document, "embedding" if embeds else "chat", keyed)


FORMAT = DocumentFormat(
    name="openai_responses",
    title="OpenAI Responses pair",
    recognise=_recognise,
    records=_records,
    example={
        "request_id": "r1",
        "timestamp": "2026-02-23T10:00:00Z",
        "account_id": "a1",
        "request": {"model": "m", "input": "hi"},
        "response": {
            "object": "response",
            "output": [{"type": "message", "content": [{"type": "output_text", "text": "hello"}]}],
        },
    },
)
