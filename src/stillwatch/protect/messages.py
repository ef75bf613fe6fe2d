"""Binds the reasoning blocks in bodies of the Messages shape: sealed going out, opened coming in.

The blocks are content blocks `thinking` (field `signature`) and `redacted_thinking` (field `data`).
What the upstream put there is opaque to the client before and after; only its wrapping is ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stillwatch.protect.binding import Binding, Fate, block_digest
from stillwatch.protect.context import Context
from stillwatch.protect.replays import Replays

__all__ = ["Asker", "Checked", "open_request", "seal_answer"]

_FIELDS = {"thinking": "signature", "redacted_thinking": "data"}
_KINDS = tuple(_FIELDS)
_UNSTEADY = {"cache_control", "citations", "id"}  # clients add and drop them from turn to turn
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, and which model family answers; see `Context`."""

    organization_id: str
    account_id: str
    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A request whose blocks were looked at.

    Attributes:
        body: To send on: blocks opened where they belong, left out where they do not.
        refuse: Mode `reject`, and a block is of another organisation or unreadable.
        digests: Of the blocks that it presented; column reasoning_in of its exchange.
        fates: What became of each, in the same order.
    """

    body: dict[str, Any]
    refuse: bool
    digests: tuple[str, ...]
    fates: tuple[Fate, ...]


def seal_answer(
    answer: Body, request: Body, asker: Asker, binding: Binding, *, at: datetime
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """An answer with its blocks sealed, and their digests (column reasoning_out).

    Of a stream, where the blocks go out before the rest is there, give an answer of the blocks
    alone: then only what came before them is bound.
    """
    content = _blocks(answer.get("content"))
    context = _context(asker, _messages(request), content)
    digests: list[str] = []
    sealed = []
    for block in content:
        name = _field(block)
        if name is not None:
            wrapped = binding.seal(block[name].encode("utf-8", "surrogatepass"), context, at=at)
            digests.append(block_digest(wrapped))
            sealed.append(block | {name: wrapped})
        else:
            sealed.append(block)
    return {**answer, "content": sealed}, tuple(digests)


def open_request(
    request: Body,
    asker: Asker,
    binding: Binding,
    *,
    at: datetime,
    replays: Replays | None = None,
) -> Checked:
    """A request with its blocks opened; `replays` counts what became of them."""
    given = request.get("messages")
    messages: list[Any] = given if isinstance(given, list) else []
    kept: list[Any] = []
    digests: list[str] = []
    fates: list[Fate] = []
    refuse = False
    for place, message in enumerate(messages):
        content = _blocks(message.get("content")) if isinstance(message, dict) else []
        if not any(_field(block) for block in content):
            kept.append(message)
            continue
        context = _context(asker, _messages({"messages": messages[:place]}), content)
        left = []
        for block in content:
            name = _field(block)
            if name is None:
                left.append(block)
                continue
            found = binding.open(block[name], context, at=at)
            digests.append(found.digest)
            fates.append(found.fate)
            refuse = refuse or found.refuse
            if replays is not None:
                replays.note(
                    found, account_id=asker.account_id, organization_id=asker.organization_id
                )
            if found.block is not None:
                left.append(block | {name: found.block.decode("utf-8", "surrogatepass")})
        if left:  # a message of nothing is no message
            kept.append({**message, "content": left})
    return Checked(
        body={**request, "messages": kept} if isinstance(given, list) else dict(request),
        refuse=refuse,
        digests=tuple(digests),
        fates=tuple(fates),
    )


def _messages(request: Body) -> list[Body]:
    given = request.get("messages")
    return [m for m in given if isinstance(m, dict)] if isinstance(given, list) else []


def _blocks(content: object) -> list[dict[str, Any]]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [b for b in content if isinstance(b, dict)] if isinstance(content, list) else []


def _field(block: Body) -> str | None:
    """The field that holds the opaque part of a reasoning block; None for other blocks."""
    kind = block.get("type")
    name = _FIELDS.get(kind) if isinstance(kind, str) else None
    return name if name is not None and isinstance(block.get(name), str) else None


def _context(asker: Asker, before: Sequence[Body], beside: Sequence[Body]) -> Context:
    return Context(
        organization_id=asker.organization_id,
        account_id=asker.account_id,
        family=asker.family,
        before=[part for m in before for part in _parts(_blocks(m.get("content")))],
        beside=_parts(beside),
    )


def _parts(blocks: Sequence[Body]) -> list[str]:
    """The visible blocks as text; reasoning is no part of what surrounds reasoning."""
    return [_said(block) for block in blocks if block.get("type") not in _KINDS]


def _said(block: Body) -> str:
    told = block.get("text")
    if block.get("type") == "text" and isinstance(told, str):
        return told
    steady = {key: value for key, value in block.items() if key not in _UNSTEADY}
    return json.dumps(steady, sort_keys=True)  # the standard library's takes whatever JSON holds
