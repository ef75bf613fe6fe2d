"""Pure ASGI middleware: FastAPI, Starlette, vLLM's server (`--middleware`).

Without arguments it is configured by the environment (`gateways.ask.configured`), and the account
is what the edge wrote into the header that STILLWATCH_ACCOUNT_HEADER names (`x-account-id`), the
organisation what stands in that of STILLWATCH_ORGANIZATION_HEADER (`x-organization-id`). What is
checked in bodies is configured by the environment too (`pipeline.guard.bodies`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from stillwatch.gateways.answers import Answers
from stillwatch.gateways.ask import MISPLACED, Asks, Verdict, configured, refusal
from stillwatch.gateways.shaping import Shape
from stillwatch.pipeline.guard.bodies import Bodies, Looked, configured_bodies
from stillwatch.protect.seen import NOTHING_SEEN

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
        organization: Callable[[Scope], str | None] | None = None,
        bodies: Bodies | None = None,
        guarded: tuple[str, ...] = GUARDED,
    ) -> None:
        self._app = app
        self._asks = asks or configured()
        self._account = account or _account
        self._organization = organization or _organization
        self._bodies = bodies or configured_bodies()
        self._guarded = guarded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        guarded = scope["type"] == "http" and scope["path"].startswith(self._guarded)
        account = self._account(scope) if guarded else None
        if account is None:
            await self._app(scope, receive, send)
            return
        owner = self._organization(scope)
        looked, receive = await self._looked(scope, receive, account, owner)
        seen = NOTHING_SEEN if looked is None else looked.seen
        verdict = await self._asks.ask(account, organization_id=owner, seen=seen)
        if verdict.status is None and looked is not None and looked.refuse:
            verdict = MISPLACED
        if verdict.status is not None:
            await _refuse(verdict, send)
            return
        if verdict.delay:
            await asyncio.sleep(verdict.delay)
        if verdict.max_output_tokens is not None:
            receive = await _capped(scope, receive, verdict.max_output_tokens)
        if verdict.reasoning != "full":
            _unpacked(scope)
        scope.setdefault("state", {})["stillwatch"] = verdict
        await self._app(scope, receive, self._shaping(send, verdict, looked, owner or account))

    async def _looked(
        self, scope: Scope, receive: Receive, account: str, owner: str | None
    ) -> tuple[Looked | None, Receive]:
        """What stands in the body, and the body as it is to go on."""
        if not self._bodies.active or scope.get("method") != "POST":
            return None, receive
        body, more = await _read(receive)
        asked = None if more else _document(body)
        if asked is None:
            return None, _replayed(body, receive, more=more)
        looked = self._bodies.look(asked, account_id=account, organization_id=owner)
        if looked.body != asked:
            body = orjson.dumps(looked.body)
            _say_length(scope, body)
        if self._bodies.binding is not None:
            _unpacked(scope)
        return looked, _replayed(body, receive, more=False)

    def _shaping(
        self, send: Send, verdict: Verdict, looked: Looked | None, owner: str
    ) -> Send | Answers:
        protected = verdict.reasoning == "summary"
        note = self._bodies.note(owner) if protected else None

        def shape(answer: dict[str, Any] | None) -> Shape:
            sealer = None if looked is None else self._bodies.sealer(looked, answer)
            return Shape(reasoning=verdict.reasoning, note=note, sealer=sealer)

        seals = looked is not None and self._bodies.binding is not None
        return Answers(send, shape) if seals or verdict.reasoning != "full" else send


def _account(scope: Scope) -> str | None:
    return _header(scope, "STILLWATCH_ACCOUNT_HEADER", "x-account-id")


def _organization(scope: Scope) -> str | None:
    return _header(scope, "STILLWATCH_ORGANIZATION_HEADER", "x-organization-id")


def _header(scope: Scope, variable: str, name: str) -> str | None:
    wanted = os.environ.get(variable, name).lower().encode()
    return next((v.decode("latin-1") for k, v in scope["headers"] if k == wanted and v), None)


def _unpacked(scope: Scope) -> None:
    """Ask for an answer that is not compressed: a packed one could be neither sealed nor shaped."""
    scope["headers"] = [(k, v) for k, v in scope["headers"] if k != b"accept-encoding"]


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
    body, more = await _read(receive)
    if not more:
        body = _lowered(body, most)
        _say_length(scope, body)
    return _replayed(body, receive, more=more)


async def _read(receive: Receive) -> tuple[bytes, bool]:
    """The whole body, and whether more follows: of one that is too large, only the beginning."""
    pieces, size, more = [], 0, True
    while more and size <= _LARGEST:
        message = await receive()
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        more = message["type"] == "http.request" and bool(message.get("more_body"))
    return b"".join(pieces), more


def _replayed(body: bytes, receive: Receive, *, more: bool) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": more}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed


def _say_length(scope: Scope, body: bytes) -> None:
    scope["headers"] = [
        (k, str(len(body)).encode() if k == b"content-length" else v) for k, v in scope["headers"]
    ]


def _document(body: bytes) -> dict[str, Any] | None:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return told if isinstance(told, dict) else None


def _lowered(body: bytes, most: int) -> bytes:
    asked = _document(body)
    if asked is None:
        return body
    present = [name for name in _CAPS if isinstance(asked.get(name), int)]
    for name in present or ["max_tokens"]:
        asked[name] = min(asked.get(name) or most, most)
    return orjson.dumps(asked)
