"""What a technique of harvesting is, and what a campaign is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from stillwatch.sim.context import Context
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text

__all__ = ["EVASIONS", "Order", "Published", "Technique"]

EVASIONS = ("published", "evasive", "nasty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was published about a campaign of this technique, or of its kind.

    Attributes:
        accounts: Accounts that took part.
        exchanges: Harvested exchanges.
        days: How long.
        decoys: Share of the traffic that harvests nothing.
    """

    accounts: int
    exchanges: int
    days: float
    decoys: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One block of one campaign.

    Attributes:
        ctx: Surroundings; `accounts` and `exchanges` are this block's, exchanges harvested only.
        key: Key of the campaign, equal in all its blocks.
        evasion: One of EVASIONS.
        window: Start and end of the campaign, microseconds.
        decoys: Share of the traffic that harvests nothing.
        pool: Accounts of the whole campaign.
        first: Number of this block's first account within the campaign.
    """

    ctx: Context
    key: int
    evasion: str
    window: tuple[int, int]
    decoys: float
    pool: int
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """How a campaign asks and what else it does.

    Attributes:
        name: As it stands in the truth.
        number: Rows of the public catalogue of techniques that it shows.
        capabilities: What it aims at (`stillwatch.schema.CAPABILITIES`).
        published: Its published size.
        texts: `fixed` as published, `varied` paraphrased, `hidden` among ordinary wording.
        systems: System prompts, `fixed` and `varied`; empty: none.
        clients: Client groups of its scripts.
        topics: Topics it harvests; empty: all.
        rollouts: How often an item is sent.
        n: Samples asked for in each request.
        tools: Tool sets it offers; empty: none.
        shots: Screenshots in each request.
        build: Makes a block, where the usual way does not do.
        twist: Changes a block made the usual way.
        note: What its logs cannot show, or how it differs from what was published.
    """

    name: str
    number: tuple[int, ...]
    capabilities: tuple[str, ...]
    published: Published
    texts: Mapping[str, Text]
    systems: Mapping[str, str] = field(default_factory=dict)
    clients: Mapping[str, float] = field(default_factory=lambda: {"python": 0.8, "other": 0.2})
    topics: tuple[int, ...] = ()
    rollouts: int = 1
    n: int = 1
    tools: tuple[int, ...] = ()
    shots: int = 0
    build: Callable[[Order, Technique], Batch] | None = None
    twist: Callable[[Order, Batch], None] | None = None
    note: str = ""

    def text(self, evasion: str) -> str:
        """The lexicon's name of its request at an evasion level."""
        return f"{self.name} {_WORDING[evasion]}"

    def named_texts(self) -> dict[str, Text]:
        """Its requests under their names in the lexicon."""
        return {f"{self.name} {key}": text for key, text in self.texts.items()}

    def named_systems(self) -> dict[str, str]:
        """Its system prompts under their names in the lexicon."""
        return {f"{self.name} {key}": text for key, text in self.systems.items()}


_WORDING = {"published": "fixed", "evasive": "varied", "nasty": "hidden"}
