"""Pure ASGI middleware: FastAPI, Starlette, vLLM's server (`--middleware`).

Without arguments it is configured by the environment (`gateways.ask.configured`), and the account
is what the edge wrote into the header that STILLWATCH_ACCOUNT_HEADER names (`x-account-id`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from stillwatch.gateways.ask import Asks, Verdict, configured, refusal
from stillwatch.gateways.shaping import Stream, without_reasoning

__all__ = ["GUARDED", "Stillwatch"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

GUARDED = ("/v1/", "/invocations", "/inference/", "/generate", "/pooling", "/score", "/rerank")
"""Paths that reach a model; others pass unasked."""
_LARGEST = 64 << 20
_CAPS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


class Stillwatch:
    """Asks before a request is served, and shapes its answer where the decision says so."""

    def __init__(
        self,
        app: App,
        *,
        asks: Asks | None = None,
        account: Callable[[Scope], str | None] | None = None,
        guarded: tuple[str, ...] = GUARDED,
    ) -> None:
        self._app = app
        self._asks = asks or configured()
        self._account = account or _by_header
        self._guarded = guarded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        guarded = scope["type"] == "http" and scope["path"].startswith(self._guarded)
        account = self._account(scope) if guarded else None
        if account is None:
            await self._app(scope, receive, send)
            return
        verdict = await self._asks.ask(account)
        if verdict.status is not None:
            await _refuse(verdict, send)
            return
        if verdict.delay:
            await asyncio.sleep(verdict.delay)
        if verdict.max_output_tokens is not None:
            receive = await _capped(scope, receive, verdict.max_output_tokens)
        if verdict.reasoning != "full":
            send = _Shaped(send, summary=verdict.reasoning == "summary")
        scope.setdefault("state", {})["stillwatch"] = verdict
        await self._app(scope, receive, send)


def _by_header(scope: Scope) -> str | None:
    wanted = os.environ.get("STILLWATCH_ACCOUNT_HEADER", "x-account-id").lower().encode()
    return next((v.decode("latin-1") for k, v in scope["headers"] if k == wanted and v), None)


async def _refuse(verdict: Verdict, send: Send) -> None:
    body = orjson.dumps(refusal(verdict))
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    if verdict.retry_after is not None:
        headers.append((b"retry-after", str(int(verdict.retry_after) + 1).encode()))
    await send({"type": "http.response.start", "status": verdict.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _capped(scope: Scope, receive: Receive, most: int) -> Receive:
    """The request with its cap lowered; read whole, replayed once, then as it comes."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            break
        if len(body) > _LARGEST:
            break
    body = _lowered(body, most)
    scope["headers"] = [
        (k, str(len(body)).encode() if k == b"content-length" else v) for k, v in scope["headers"]
    ]
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed


def _lowered(body: bytes, most: int) -> bytes:
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body
    if not isinstance(asked, dict):
        return body
    present = [name for name in _CAPS if isinstance(asked.get(name), int)]
    for name in present or ["max_tokens"]:
        asked[name] = min(asked.get(name) or most, most)
    return orjson.dumps(asked)


class _Shaped:
    """Sends an answer without reasoning: a stream event by event, a document when it is whole."""

    def __init__(self, send: Send, *, summary: bool) -> None:
        self._send = send
        self._summary = summary
        self._start: Message | None = None
        self._stream: Stream | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
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
            self._stream = Stream(summary=self._summary)
            kept = [(k, v) for k, v in message["headers"] if k.lower() != b"content-length"]
            await self._send({**message, "headers": kept})
        else:
            await self._send(message)

    async def _document(self, message: Message) -> None:
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        try:
            told = orjson.loads(self._body)
        except orjson.JSONDecodeError:
            told = None
        if isinstance(told, dict):
            self._body = orjson.dumps(without_reasoning(told, summary=self._summary))
        start = self._start or {}
        length = str(len(self._body)).encode()
        headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
        await self._send({**start, "headers": [*headers, (b"content-length", length)]})
        await self._send({"type": "http.response.body", "body": self._body})
