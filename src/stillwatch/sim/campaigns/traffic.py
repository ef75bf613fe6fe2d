"""How a pool of accounts sends: one stream dealt out, jittered, or among honest habits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.sim.campaigns.pool import recruit
from stillwatch.sim.campaigns.technique import Order, Technique
from stillwatch.sim.draw import chance, key_of, mix, within
from stillwatch.sim.dress import dress, offer_tools
from stillwatch.sim.honest import KINDS
from stillwatch.sim.plan import Batch, Table, blank_rows, join
from stillwatch.sim.when.rhythm import paced, sittings, spread, volumes
from stillwatch.sim.who.people import DAY

__all__ = ["DISGUISES", "decoys", "harvest", "mark"]

DISGUISES = ("developer", "chat", "agent product a")
_A_DAY = 9  # exchanges of a nasty account: what honest developers do
_DECOYS = {"chat": 3.0, "code question": 2.0, "rewrite": 1.0, "paste": 1.0, "chat short": 0.5}
_BUILDERS = {kind.name: kind.build for kind in KINDS}


def harvest(order: Order, technique: Technique) -> Batch:
    """A block of a campaign, made the usual way of its evasion level."""
    if technique.build is not None:
        return technique.build(order, technique)
    batch = _nasty(order, technique) if order.evasion == "nasty" else _open(order, technique)
    if technique.twist is not None:
        technique.twist(order, batch)
    return batch


def _open(order: Order, technique: Technique) -> Batch:
    """The published way (one stream in turn) and the evasive one (each by its own jitter)."""
    people = recruit(order, technique)
    ctx = order.ctx
    if order.evasion == "published":
        ticks = paced(ctx.rng, len(people), ctx.exchanges, order.window, jitter=0.4)
    else:
        counts = volumes(ctx.rng, len(people), ctx.exchanges, 0.5)
        ticks = spread(ctx.rng, people, counts, order.window, day_share=0.45)
    rows = dress(ctx, people, ticks, {technique.text(order.evasion): 1.0})
    mark(order, technique, rows)
    return Batch(people=people, rows=np.concatenate([rows, decoys(order, people, len(rows))]))


def decoys(order: Order, people: Table, harvested: int) -> Table:
    """Ordinary requests of the same accounts, about `order.decoys` of all their traffic."""
    total = harvested * order.decoys / max(1e-9, 1 - order.decoys)
    if total < 1:
        return blank_rows(0)
    ctx = replace(order.ctx, seed=key_of(order.ctx.seed, "decoys"))
    weight = ctx.rng.lognormal(0, 0.6, len(people))
    counts = ctx.rng.poisson(weight / weight.sum() * total)
    some = np.flatnonzero(counts > 0)
    ticks = sittings(ctx.rng, people[some], counts[some], order.window, turns=2)
    rows = dress(ctx, people[some], ticks, _DECOYS, follow="chat follow", habit=0.3)
    rows["account"] = some[rows["account"]]
    return rows[: int(total * 1.5) + 1]


def mark(order: Order, technique: Technique, rows: Table) -> None:
    """Make rows a harvest: broad tasks, each once over the pool (or `rollouts` times)."""
    ctx = order.ctx
    serial = np.arange(len(rows)) // technique.rollouts
    item = mix(serial, key_of(ctx.seed, "queue"))
    rows["item"], rows["theme"], rows["extraction"] = item, order.key, True
    rows["template"] = ctx.lexicon.text(technique.text(order.evasion))
    topics = np.array(technique.topics or range(24))
    rows["topic"] = topics[within(mix(item, 421), len(topics))]
    rows["language"] = np.where(chance(mix(item, 422), 0.1), within(mix(item, 423), 8), 0)
    rows["turn"], rows["history"], rows["block_in"] = 1, 0, 0
    rows["session"] = mix(rows["uid"], 424)
    rows["thread"] = mix(item, 425)
    rows["n"] = technique.n
    if technique.systems:
        varied = order.evasion != "published"
        wording = "varied" if varied else "fixed"
        rows["system"] = ctx.lexicon.system(f"{technique.name} {wording}")
        rows["system_seed"] = mix(rows["account"], order.key) if varied else order.key
    if technique.tools:
        offer_tools(rows, technique.tools)
    if technique.shots:
        rows["image"], rows["shots"] = mix(item, 426), technique.shots
    if ctx.corpus:
        taken = chance(mix(rows["uid"], 427), ctx.corpus)
        rows["template"][taken] = ctx.lexicon.text("corpus attack")


def _nasty(order: Order, technique: Technique) -> Batch:
    """Each account is honest in rhythm, sessions, volume and age; half its requests harvest."""
    parts = np.array_split(np.arange(order.ctx.accounts), len(DISGUISES))
    batches = [
        _disguised(order, technique, name, len(part))
        for name, part in zip(DISGUISES, parts, strict=True)
        if len(part)
    ]
    return join(*batches)


def _disguised(order: Order, technique: Technique, disguise: str, accounts: int) -> Batch:
    """Accounts made as an honest kind is; a share of their sessions in the window harvests."""
    days = (order.window[1] - order.window[0]) / DAY
    wanted = order.ctx.exchanges * accounts / order.ctx.accounts / max(1e-9, 1 - order.decoys)
    most = min(int(wanted), int(accounts * _A_DAY * days))
    seed = key_of(order.ctx.seed, disguise)
    ctx = replace(order.ctx, seed=seed, accounts=accounts, exchanges=max(accounts, most))
    batch = _BUILDERS[disguise](ctx)
    people, rows = batch.people, batch.rows
    people["role"] = 1
    aged = within(mix(people["key"], 428), 300 * DAY) + DAY
    people["created"] = np.minimum(people["created"], order.window[0] - aged)
    chosen = chance(mix(rows["session"], 429), 1 - order.decoys)
    chosen &= (rows["at"] >= order.window[0]) & (rows["at"] < order.window[1])
    part = rows[chosen]
    kept = part[["session", "thread", "turn", "history", "block_in", "language"]].copy()
    systems = part[["system", "system_seed"]].copy()
    mark(replace(order, ctx=ctx), technique, part)
    for name in kept.dtype.names or ():
        part[name] = kept[name]
    if not technique.tools:
        part["system"], part["system_seed"] = systems["system"], systems["system_seed"]
    rows[chosen] = part
    return batch
