"""What a builder of accounts and exchanges is given: chance, time, texts, and how much to make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stillwatch.sim.plan import Batch
from stillwatch.sim.traces import Traces
from stillwatch.sim.what.lexicon import Lexicon

__all__ = ["Context", "Kind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The surroundings of one block of accounts.

    Attributes:
        rng: Source of chance; a function of world seed, kind and block only.
        seed: Key of the block.
        world_seed: Key of the world, for what strangers share (a viral prompt, an app).
        window: Start and end, microseconds UTC.
        release: When the newest model came out, microseconds UTC.
        accounts: How many accounts to make.
        exchanges: About how many exchanges to make.
        lexicon: Texts.
        traces: Rhythms measured elsewhere, where a folder of them was given.
        corpus: Share of the prompts to take from the given corpora.
    """

    rng: np.random.Generator
    seed: int
    world_seed: int
    window: tuple[int, int]
    release: int
    accounts: int
    exchanges: int
    lexicon: Lexicon
    traces: Traces
    corpus: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A sort of honest customer.

    Attributes:
        name: As it stands in the truth.
        build: Makes a block of them.
        accounts: Share of the honest accounts.
        exchanges: Share of the honest exchanges.
        least: Fewest accounts that make sense (a class is no class with three pupils).
        block: Most accounts of one block.
    """

    name: str
    build: Callable[[Context], Batch]
    accounts: float
    exchanges: float
    least: int = 1
    block: int = 1500
