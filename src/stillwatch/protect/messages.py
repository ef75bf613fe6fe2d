"""Binds the reasoning blocks in bodies of chat completions, messages and responses.

Sealed going out, opened coming in. What the upstream put there is opaque to the client before and
after; only its wrapping is ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stillwatch.protect.binding import Binding, Fate, Opened, block_digest
from stillwatch.protect.context import Context
from stillwatch.protect.dialects import Place, flat, places, said_of, turns
from stillwatch.protect.replays import Replays

__all__ = ["Asker", "Checked", "Sealer", "open_request", "seal_answer"]

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
        opened: What became of each block.
    """

    body: dict[str, Any]
    refuse: bool
    opened: tuple[Opened, ...]

    @property
    def digests(self) -> tuple[str, ...]:
        """Of the blocks that it presented; column reasoning_in of its exchange."""
        return tuple(each.digest for each in self.opened)

    @property
    def fates(self) -> tuple[Fate, ...]:
        """What became of each, in the same order."""
        return tuple(each.fate for each in self.opened)


class Sealer:
    """Seals the blocks of one answer, whole or event by event; one block gets one wrapping.

    Of a stream, where blocks go out before the rest is there, only what came before is bound.

    Attributes:
        digests: Of the blocks so far (column reasoning_out), in order.
    """

    def __init__(
        self,
        request: Body,
        asker: Asker,
        binding: Binding,
        *,
        at: datetime,
        beside: Sequence[str] = (),
    ) -> None:
        self.digests: list[str] = []
        self._context = _context(asker, flat(turns(request)), beside)
        self._binding = binding
        self._at = at
        self._wrapped: dict[str, str] = {}
        self._pieces: dict[object, str] = {}

    def seal(self, answer: object) -> None:
        """Seal what the answer, or an event of one, holds; changes it."""
        for place in places(answer):
            place.put(self._sealed(place.opaque))

    def event(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        """What goes out for an event of a stream of messages: a signature goes when it is whole."""
        index, delta = event.get("index"), event.get("delta")
        if isinstance(delta, dict) and delta.get("type") == "signature_delta":
            piece = delta.get("signature")
            self._pieces[index] = self._pieces.get(index, "") + (
                piece if isinstance(piece, str) else ""
            )
            return []
        if event.get("type") == "content_block_stop" and (whole := self._pieces.pop(index, "")):
            delta = {"type": "signature_delta", "signature": self._sealed(whole)}
            return [{"type": "content_block_delta", "index": index, "delta": delta}, event]
        self.seal(event)
        return [event]

    def _sealed(self, opaque: str) -> str:
        if opaque in self._wrapped.values():
            return opaque  # the same object is told twice
        if opaque not in self._wrapped:
            made = self._binding.seal(
                opaque.encode("utf-8", "surrogatepass"), self._context, at=self._at
            )
            self._wrapped[opaque] = made
            self.digests.append(block_digest(made))
        return self._wrapped[opaque]


def seal_answer(
    answer: Body, request: Body, asker: Asker, binding: Binding, *, at: datetime
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A whole answer with its blocks sealed, and their digests (column reasoning_out)."""
    made = deepcopy(dict(answer))
    sealer = Sealer(request, asker, binding, at=at, beside=said_of(answer))
    sealer.seal(made)
    return made, tuple(sealer.digests)


def open_request(
    request: Body,
    asker: Asker,
    binding: Binding,
    *,
    at: datetime,
    replays: Replays | None = None,
) -> Checked:
    """A request with its blocks opened; `replays` counts what became of them."""
    name = "messages" if isinstance(request.get("messages"), list) else "input"
    if not any(turn.blocks for turn in turns(request)):
        return Checked(body=dict(request), refuse=False, opened=())
    body = {**request, name: deepcopy(request[name])}
    before: list[str] = []
    opened: list[Opened] = []
    for turn in turns(body):
        context = _context(asker, before, turn.said)
        for place, holder in turn.blocks:
            found = binding.open(place.opaque, context, at=at)
            opened.append(found)
            if replays is not None:
                replays.note(
                    found, account_id=asker.account_id, organization_id=asker.organization_id
                )
            _put(found, place, holder, keep=binding.mode == "observe")
        before = [*before, *turn.said]
    body[name] = [each for each in body[name] if not _hollow(each)]
    return Checked(body=body, refuse=any(each.refuse for each in opened), opened=tuple(opened))


def _put(found: Opened, place: Place, holder: list[Any], *, keep: bool) -> None:
    """The block itself where it may be used; else it is taken out, unless it is to be kept."""
    if found.block is not None:
        place.put(found.block.decode("utf-8", "surrogatepass"))
    elif not keep:
        holder[:] = [each for each in holder if each is not place.holder]


def _hollow(message: object) -> bool:
    """Whether a message lost all that it held; takes the empty list of blocks away."""
    if not isinstance(message, dict):
        return False
    if message.get("thinking_blocks") == []:
        del message["thinking_blocks"]
    return message.get("content") == [] and "tool_calls" not in message


def _context(asker: Asker, before: Sequence[str], beside: Sequence[str]) -> Context:
    return Context(
        organization_id=asker.organization_id,
        account_id=asker.account_id,
        family=asker.family,
        before=before,
        beside=beside,
    )
