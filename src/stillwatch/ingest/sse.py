"""Server-sent event streams (WHATWG HTML, 9.2) put back together into whole responses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import orjson

from stillwatch.ingest import sse_anthropic, sse_openai

__all__ = ["Decoder", "assemble", "payloads", "streamed"]

_START = re.compile(r"\ufeff?\s*(?:(?:data|event|id|retry)?:)")


class Decoder:
    """Splits a stream into the data of its events, wherever its chunks are cut."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._skip_newline = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The data of every event that the chunk completes."""
        if not chunk:
            return
        if self._skip_newline:
            chunk = chunk.removeprefix(b"\n")
        self._skip_newline = chunk.endswith(b"\r")
        text = (self._rest + chunk).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, self._rest = text.split(b"\n")
        for line in lines:
            yield from self._line(line)

    def close(self) -> Iterator[bytes]:
        """The data of an event that the stream did not end; a cut stream is still read."""
        if self._rest:
            yield from self._line(self._rest)
            self._rest = b""
        yield from self._line(b"")

    def _line(self, line: bytes) -> Iterator[bytes]:
        if not line:
            if self._data:
                yield b"\n".join(self._data)
            self._data = []
        elif line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))


def payloads(stream: str | bytes | Iterable[bytes]) -> list[dict[str, object]]:
    """The JSON objects of a stream's events, in order; `[DONE]` and what is no JSON is left out."""
    if isinstance(stream, str):
        stream = stream.encode("utf-8", "surrogatepass")
    decoder = Decoder()
    chunks = [stream] if isinstance(stream, bytes) else stream
    found = [data for chunk in chunks for data in decoder.feed(chunk)]
    found += decoder.close()
    return [item for data in found if isinstance(item := _object(data), dict)]


def assemble(events: Iterable[dict[str, object]]) -> dict[str, object] | None:
    """The whole response of a stream's events; None where no dialect knows them.

    Knows OpenAI chat and text completions, OpenAI Responses, Anthropic Messages (also as Bedrock
    logs them) and Bedrock's ConverseStream. A stream cut short gives what had arrived.
    """
    kinds = ((record, record.get("type")) for record in events)
    seen = [record for record, kind in kinds if kind is None or isinstance(kind, str)]
    seen = [record for record in seen if record.get("type") != "ping"]
    for recognise, put_together in (
        (sse_anthropic.recognise, sse_anthropic.message),
        (sse_openai.recognise_responses, sse_openai.response),
        (sse_openai.recognise_chat, sse_openai.completion),
        (sse_anthropic.recognise_converse, sse_anthropic.converse),
    ):
        if any(recognise(record) for record in seen):
            return put_together(seen)
    return None


def streamed(text: str) -> dict[str, object] | None:
    """The whole response of a text that is a stream; None where it only speaks of one."""
    return assemble(payloads(text)) if _START.match(text) else None


def _object(data: bytes) -> object:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
