"""The first pass: every kind and campaign plans its accounts and exchanges, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from stillwatch.sim.campaigns import TECHNIQUES
from stillwatch.sim.campaigns.pool import LEVELS
from stillwatch.sim.campaigns.technique import Order
from stillwatch.sim.campaigns.traffic import harvest
from stillwatch.sim.context import Context, Kind
from stillwatch.sim.draw import key_of
from stillwatch.sim.honest import KINDS
from stillwatch.sim.plan import Batch
from stillwatch.sim.traces import Traces
from stillwatch.sim.what.lexicon import Lexicon
from stillwatch.sim.who.people import DAY
from stillwatch.sim.world import Campaign, World

__all__ = ["kind_names", "plan"]

_BLOCK_EXCHANGES = 120_000
_LEAST_HONEST = 4  # exchanges of an honest account on average, whatever was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    kind: Kind
    accounts: int
    exchanges: int


def kind_names() -> list[str]:
    """Honest kinds and techniques by the number that PERSON carries."""
    return [kind.name for kind in KINDS] + list(TECHNIQUES)


def plan(world: World, lexicon: Lexicon, traces: Traces) -> Iterator[Batch]:
    """Blocks of accounts and rows; the same blocks whatever reads them."""
    base = Context(
        rng=np.random.default_rng(0),
        seed=0,
        world_seed=key_of(world.seed, "world"),
        window=world.window(),
        release=world.release(),
        accounts=0,
        exchanges=0,
        lexicon=lexicon,
        traces=traces,
        corpus=world.corpus_share if world.corpora else 0.0,
    )
    for share in _shares(world):
        yield from _honest(world, share, base)
    for number, campaign in enumerate(world.campaigns):
        yield from _campaign(world, campaign, number, base)


def _shares(world: World) -> list[_Share]:
    """Accounts and exchanges of each honest kind; the first kind takes what is left over."""
    accounts = world.accounts - sum(c.accounts for c in world.campaigns)
    taken = sum(
        c.exchanges * LEVELS[c.evasion].throughput / max(0.05, 1 - c.decoy_share())
        for c in world.campaigns
    )
    exchanges = max(world.exchanges - taken, accounts * _LEAST_HONEST)
    kinds = [k for k in KINDS if not world.kinds or k.name in world.kinds]
    people, traffic = sum(k.accounts for k in kinds), sum(k.exchanges for k in kinds)
    out, left = [], accounts
    for kind in kinds[1:]:
        count = min(left, max(kind.least, round(accounts * kind.accounts / people)))
        left -= count
        if count:
            total = int(exchanges * kind.exchanges / traffic)
            out.append(_Share(kind=kind, accounts=count, exchanges=total))
    if left:
        total = int(exchanges * kinds[0].exchanges / traffic)
        out.insert(0, _Share(kind=kinds[0], accounts=left, exchanges=total))
    return out


def _cut(accounts: int, exchanges: int, block: int) -> list[tuple[int, int]]:
    """Blocks of bounded size: accounts and exchanges of each."""
    blocks = max(1, -(-accounts // block), exchanges // _BLOCK_EXCHANGES)
    blocks = min(blocks, accounts)
    edges = [accounts * i // blocks for i in range(blocks + 1)]
    return [(b - a, max(1, exchanges * (b - a) // accounts)) for a, b in pairwise(edges)]


def _honest(world: World, share: _Share, base: Context) -> Iterator[Batch]:
    kind = share.kind
    number = kind_names().index(kind.name)
    for index, (accounts, exchanges) in enumerate(
        _cut(share.accounts, share.exchanges, kind.block)
    ):
        seed = key_of(world.seed, "honest", kind.name, index)
        rng = np.random.default_rng(seed)
        ctx = replace(base, rng=rng, seed=seed, accounts=accounts, exchanges=exchanges)
        batch = kind.build(ctx)
        batch.people["kind"], batch.people["campaign"] = number, -1
        yield batch


def _campaign(world: World, campaign: Campaign, number: int, base: Context) -> Iterator[Batch]:
    technique = TECHNIQUES[campaign.technique]
    level, key = LEVELS[campaign.evasion], key_of(world.seed, "campaign", number)
    start = base.window[0] + int(campaign.start_day * DAY) + key % (DAY // 4)
    window = (start, min(base.window[1], start + int(campaign.days * DAY)))
    first = 0
    total = int(campaign.exchanges * level.throughput)
    for index, (accounts, exchanges) in enumerate(_cut(campaign.accounts, total, 20_000)):
        seed = key_of(key, index)
        rng = np.random.default_rng(seed)
        order = Order(
            ctx=replace(base, rng=rng, seed=seed, accounts=accounts, exchanges=exchanges),
            key=key,
            evasion=campaign.evasion,
            window=window,
            decoys=campaign.decoy_share(),
            pool=campaign.accounts,
            first=first,
        )
        first += accounts
        batch = harvest(order, technique)
        batch.people["kind"] = len(KINDS) + list(TECHNIQUES).index(campaign.technique)
        batch.people["campaign"] = number
        batch.rows["campaign"] = number
        yield batch
