"""What one request presented that can be checked at once, in words that a gateway can send on.

Nothing here is text: digests, closed words, and whether hidden reasoning was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

__all__ = ["FATES", "NOTHING_SEEN", "Fate", "Kind", "Presented", "Seen", "Sighted"]

Kind = Literal["block", "honeytoken"]
Fate = Literal["intact", "edited", "detached", "other_model", "expired", "elsewhere", "unreadable"]
FATES: Mapping[Fate, str] = MappingProxyType(
    {
        "intact": "what surrounds the block is as it was",
        "edited": "the same organisation, and something around the block is still there",
        "detached": "the same organisation, and nothing around the block is left",
        "other_model": "the block was made by a model of another family",
        "expired": "the block is too old",
        "elsewhere": "the block was issued to another organisation",
        "unreadable": "the block is not ours, or is damaged",
    }
)
"""What can become of a block, with the meaning. A honeytoken is `intact` with its owner."""


class Sighted(Protocol):
    """A thing that was issued to somebody and that somebody presented."""

    @property
    def fate(self) -> Fate:
        """One of FATES."""
        ...

    @property
    def digest(self) -> str:
        """Names the thing."""
        ...

    @property
    def issued_to(self) -> str | None:
        """Keyed digest of whom it was issued to, where that could be read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A reasoning block or a honeytoken that a request presented.

    Attributes:
        kind: Which of the two.
        fate: One of FATES.
        digest: Names it.
        issued_to: Keyed digest of whom it was issued to, or None.
    """

    kind: Kind
    fate: Fate
    digest: str
    issued_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was found in one request.

    Attributes:
        presented: Blocks and honeytokens.
        elicits: Whether it asks for the model's hidden reasoning; None where nobody looked. One
            request says nothing: only rates are used.
    """

    presented: tuple[Presented, ...] = ()
    elicits: bool | None = None


NOTHING_SEEN = Seen()
"""Nobody looked, or nothing was there."""
