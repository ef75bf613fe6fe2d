"""A proxy network that mixes a harvest with the requests of unrelated, honest customers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.sim.campaigns.pool import recruit
from stillwatch.sim.campaigns.technique import Order, Published, Technique
from stillwatch.sim.campaigns.traffic import mark
from stillwatch.sim.draw import key_of, mix, within
from stillwatch.sim.dress import dress
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.when.rhythm import paced, spread, volumes

__all__ = ["TECHNIQUE"]

_CUSTOMERS = {
    "chat": 3.0,
    "code question": 2.0,
    "agent task": 1.5,
    "paste": 1.0,
    "role": 0.7,
    "chart": 0.5,
}


def _mixed(order: Order, technique: Technique) -> Batch:
    """60 to 80 in 100 requests are customers' own; the rest is harvest, on the same accounts."""
    people = recruit(order, technique)
    ctx = order.ctx
    if order.evasion == "published":
        ticks = paced(ctx.rng, len(people), ctx.exchanges, order.window, jitter=1.0)
    else:
        counts = volumes(ctx.rng, len(people), ctx.exchanges, 0.6)
        ticks = spread(ctx.rng, people, counts, order.window, day_share=0.5)
    rows = dress(ctx, people, ticks, {technique.text(order.evasion): 1.0})
    mark(order, technique, rows)
    share = max(order.decoys, 0.6 + 0.2 * (order.key % 100) / 100)
    other = replace(ctx, seed=key_of(ctx.seed, "customers"))
    total = ctx.exchanges * share / (1 - share)
    counts = volumes(ctx.rng, len(people), total, 0.8)
    more = dress(
        other, people, spread(ctx.rng, people, counts, order.window), _CUSTOMERS, habit=0.0
    )
    user = mix(within(mix(more["uid"], 481), max(50, len(more) // 12)), other.seed)
    more["topic"], more["language"] = within(mix(user, 482), 24), within(mix(user, 483), 8)
    more["end_user"] = np.where(within(mix(user, 484), 4) > 0, 0, user)
    return Batch(people=people, rows=np.concatenate([rows, more]))


TECHNIQUE = Technique(
    name="proxy mixing",
    number=(5, 1),
    capabilities=("general", "reasoning"),
    published=Published(accounts=20_000, exchanges=2_000_000, days=30, decoys=0.7),
    texts={
        "fixed": Text(prompt="{task} Be exhaustive and explain why. [{hex}] {rare}"),
        "varied": Text(prompt="{p_reason} {task} {rare}"),
        "hidden": Text(prompt="{hello?30} {task} {p_reason}{ detail?40}{ bye?20}"),
    },
    clients={"resale": 0.5, "python": 0.3, "other": 0.2},
    build=_mixed,
)
