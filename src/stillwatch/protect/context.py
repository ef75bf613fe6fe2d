"""Where a reasoning block stands: who has it, which model, and what surrounds it."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

__all__ = ["MARKS", "Context", "Marks", "marks_of"]

MARKS = 24
"""So many of the latest parts before a block are remembered one by one."""
_MARK_BYTES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A place in a conversation.

    Attributes:
        organization_id: Who holds the contract; the account's id where nobody is known to.
        account_id: Who asks.
        family: Model family; its members may read each other's blocks.
        before: The parts of the messages before the block, oldest first, each as text: a message of
            several parts counts as several. Neither system text nor tools belong here.
        beside: What else stands in the block's own message, as text: visible answer, tool calls.
    """

    organization_id: str
    account_id: str
    family: str
    before: Sequence[str] = ()
    beside: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """Keyed digests of a context; nothing of its text can be read from them.

    Attributes:
        chain: Of everything before the block, in order.
        before: Of the latest parts before it.
        beside: Of what stands beside it.
    """

    chain: bytes
    before: tuple[bytes, ...]
    beside: tuple[bytes, ...]

    def touches(self, other: Marks) -> bool:
        """Whether the two have any part in common, before the block or beside it."""
        mine = {*self.before, *self.beside}
        return not mine.isdisjoint({*other.before, *other.beside})


def marks_of(key: bytes, context: Context, *, every: bool = False) -> Marks:
    """The marks of a context.

    Args:
        key: The digests' key.
        context: The place.
        every: Mark all parts before the block and not only the latest: for comparing.
    """
    chain = hmac.new(key, b"chain", sha256)
    before = []
    for part in context.before:
        mark = _mark(key, part)
        chain.update(mark)
        before.append(mark)
    kept = before if every else before[-MARKS:]
    beside = tuple(_mark(key, part) for part in context.beside[:MARKS])
    return Marks(chain.digest(), tuple(kept), beside)


def _mark(key: bytes, part: str) -> bytes:
    return hmac.new(key, part.encode("utf-8", "surrogatepass"), sha256).digest()[:_MARK_BYTES]
