"""Sends an ASGI application's answer shaped: a stream by its events, a document whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from stillwatch.gateways.shaping import Shape
from stillwatch.gateways.streams import Stream

__all__ = ["Answers"]

Message = MutableMapping[str, Any]


class Answers:
    """Stands in place of an application's `send`, for one answer.

    Args:
        send: The one that it stands for.
        shape: What is to be done to the answer; is given the document, or None for a stream.
    """

    def __init__(
        self,
        send: Callable[[Message], Awaitable[None]],
        shape: Callable[[dict[str, Any] | None], Shape],
    ) -> None:
        self._send = send
        self._shape = shape
        self._start: Message | None = None
        self._stream: Stream | None = None
        self._pieces: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        """One message of the application's."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is not None:
            await self._document(message)
        elif self._stream is not None:
            data = self._stream.feed(message.get("body", b""))
            if not message.get("more_body"):
                data += self._stream.end()
            await self._send({**message, "body": data})
        else:
            await self._send(message)

    async def _begin(self, message: Message) -> None:
        headers = {k.lower(): v for k, v in message["headers"]}
        kind = headers.get(b"content-type", b"")
        if b"content-encoding" in headers:
            await self._send(message)
        elif kind.startswith(b"application/json"):
            self._start = message
        elif kind.startswith(b"text/event-stream"):
            self._stream = Stream(self._shape(None))
            kept = [(k, v) for k, v in message["headers"] if k.lower() != b"content-length"]
            await self._send({**message, "headers": kept})
        else:
            await self._send(message)

    async def _document(self, message: Message) -> None:
        self._pieces.append(message.get("body", b""))
        if message.get("more_body"):
            return
        body = b"".join(self._pieces)
        try:
            told = orjson.loads(body)
        except orjson.JSONDecodeError:
            told = None
        if isinstance(told, dict):
            body = orjson.dumps(self._shape(told).document(told))
        start = self._start or {}
        length = str(len(body)).encode()
        headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
        await self._send({**start, "headers": [*headers, (b"content-length", length)]})
        await self._send({"type": "http.response.body", "body": body})
