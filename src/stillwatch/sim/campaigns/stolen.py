"""Stolen keys: a harvest runs on aged accounts of honest customers, who go on working."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.sim.campaigns.technique import Order, Published, Technique
from stillwatch.sim.campaigns.traffic import mark
from stillwatch.sim.draw import key_of, mix, within
from stillwatch.sim.dress import dress
from stillwatch.sim.honest import KINDS
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.when.rhythm import paced, spread, volumes
from stillwatch.sim.who.clients import choose
from stillwatch.sim.who.networks import address
from stillwatch.sim.who.people import DAY

__all__ = ["TECHNIQUE"]

_DEVELOPERS = next(kind.build for kind in KINDS if kind.name == "developer")


def _on_stolen_keys(order: Order, technique: Technique) -> Batch:
    """Another country, network and program, at all hours, on a key that its owner still uses."""
    ctx = replace(order.ctx, exchanges=order.ctx.accounts * 40)
    batch = _DEVELOPERS(ctx)
    people = batch.people
    people["role"] = 2
    aged = order.window[0] - DAY * (30 + within(mix(people["key"], 491), 700))
    people["created"] = np.minimum(people["created"], aged)
    thief = replace(order.ctx, seed=key_of(order.ctx.seed, "thief"))
    if order.evasion == "published":
        ticks = paced(thief.rng, len(people), thief.exchanges, order.window, jitter=0.6)
    else:
        counts = volumes(thief.rng, len(people), thief.exchanges, 0.8)
        ticks = spread(thief.rng, people, counts, order.window, day_share=0.6)
    rows = dress(thief, people, ticks, {technique.text(order.evasion): 1.0})
    mark(order, technique, rows)
    rows["credential"] = 0
    if order.evasion == "published":
        exits = address(np.random.default_rng(order.key), "hosting", np.full(12, -1), 9000)
        rows["ip"] = exits[within(mix(rows["uid"], 492), len(exits))]
        program = choose(np.random.default_rng(order.key), 2, dict(technique.clients))
        rows["client"] = program[within(mix(rows["account"], 493), 2)]
    elif order.evasion == "evasive":
        homes = address(thief.rng, "residential", people["country"].astype(np.int64))
        rows["ip"] = homes[rows["account"]]
    return Batch(people=people, rows=np.concatenate([batch.rows, rows]))


TECHNIQUE = Technique(
    name="stolen keys",
    number=(17,),
    capabilities=("general", "coding"),
    published=Published(accounts=60, exchanges=35_000, days=12, decoys=0.0),
    texts={
        "fixed": Text(prompt="{task} Answer as a textbook would. {rare} {number}"),
        "varied": Text(prompt="{p_evolve} {task} {rare}"),
        "hidden": Text(prompt="{hello?30} {task} {detail?50} {p_reason?40}{ bye?20}"),
    },
    clients={"other": 0.6, "python": 0.4},
    build=_on_stolen_keys,
    note="The account holders are victims: their own requests go on.",
)
