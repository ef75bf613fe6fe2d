"""Honest habits that an advisory lists as signs of an attack: shared seats, failover, leaving."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.sim.context import Context, Kind
from stillwatch.sim.draw import I64, chance, key_of, mix, within
from stillwatch.sim.dress import adopt, dress, own_system
from stillwatch.sim.plan import Batch, Table, join
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.when.rhythm import sittings, spread, volumes
from stillwatch.sim.who.clients import choose
from stillwatch.sim.who.networks import address
from stillwatch.sim.who.people import DAY, individuals, sizes

__all__ = ["KINDS", "SYSTEMS", "TEXTS"]

TEXTS: dict[str, Text] = {}
SYSTEMS: dict[str, str] = {}


def _seat(ctx: Context) -> Batch:
    """One paid seat that a whole team uses: many addresses, programs, subjects, one account."""
    people = individuals(
        ctx.rng, ctx.accounts, ctx.window, clients={"browser": 1.0}, tiers=(0, 1, 0)
    )
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 0.7)
    ticks = sittings(ctx.rng, people, counts, ctx.window, turns=4, width=5.0)
    texts = {"chat": 2.0, "rewrite": 1.0, "paste": 1.0, "code question": 1.0, "chart": 0.6}
    rows = dress(ctx, people, ticks, texts, follow="chat follow", habit=0.0)
    who = within(mix(rows["session"], 511), 9).astype(np.uint64)
    colleague = mix(people["key"][rows["account"]] ^ who, 512)
    places = address(ctx.rng, "residential", people["country"][rows["account"]].astype(np.int64))
    _, first, number = np.unique(colleague, return_index=True, return_inverse=True)
    rows["ip"] = places[first][number]
    programs = choose(ctx.rng, len(rows), {"browser": 0.7, "phone": 0.2, "python": 0.1})
    rows["client"] = programs[first][number]
    rows["topic"] = within(mix(colleague, 513), 24)
    adopt(ctx, people, rows)
    return Batch(people=people, rows=rows)


def _router(ctx: Context, count: int, number: int) -> Batch:
    """A small firm with a few accounts: its router stays with one until it is refused."""
    people = individuals(
        ctx.rng, count, ctx.window, clients={"other": 0.5, "node": 0.5}, tiers=(0, 1, 0)
    )
    for name in ("country", "language", "payment", "domain", "client", "topic", "model"):
        people[name] = people[name][0]
    people["home"] = people["work"] = people["mobile"] = address(
        ctx.rng, "hosting", people["country"][:1].astype(np.int64)
    )[0]
    people["org"] = people["org"][0] if number % 2 else 0
    total = ctx.exchanges * count // ctx.accounts
    ctx = replace(ctx, seed=key_of(ctx.seed, number))
    ticks = spread(ctx.rng, people, np.array([max(total, 1), *[0] * (count - 1)]), ctx.window)
    rows = dress(ctx, people, ticks, {"saas": 2.0, "app prompt": 1.0}, habit=1.0)
    own_system(ctx, people, rows, "saas")
    return Batch(people=people, rows=_failed_over(rows[np.argsort(rows["at"])], count))


def _failed_over(rows: Table, count: int) -> Table:
    """Deal the firm's requests to its accounts: the next one after each refusal."""
    refused = chance(mix(rows["uid"], 514), 0.02)
    rows["status"] = np.where(refused, 1, 0)
    moves: I64 = np.cumsum(refused) - refused
    rows["account"] = moves % count
    return rows


def _routers(ctx: Context) -> Batch:
    groups = sizes(ctx.rng, ctx.accounts, 3, 2)
    return join(*(_router(ctx, n, i) for i, n in enumerate(groups)))


def _leavers(ctx: Context) -> Batch:
    """Customers who stop from one day to the next, or come back with another program."""
    people = individuals(ctx.rng, ctx.accounts, ctx.window, clients={"python": 0.6, "node": 0.4})
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 1.2)
    ticks = sittings(ctx.rng, people, counts, ctx.window, turns=3)
    rows = dress(ctx, people, ticks, {"app prompt": 2.0, "extract json": 1.0, "code question": 1.0})
    day = ctx.window[0] + (ctx.window[1] - ctx.window[0]) // 2  # the day of the disclosure
    after = rows["at"] > day + within(mix(people["key"], 515), DAY)[rows["account"]]
    stays = chance(mix(people["key"], 516), 0.4)[rows["account"]]
    rows["client"] = np.where(after & stays, people["client2"][rows["account"]], rows["client"])
    rows = rows[~after | stays]
    return Batch(people=people, rows=rows)


KINDS = (
    Kind(name="shared seat", build=_seat, accounts=0.004, exchanges=0.008, least=4),
    Kind(
        name="failover router", build=_routers, accounts=0.004, exchanges=0.008, least=6, block=60
    ),
    Kind(name="leaver", build=_leavers, accounts=0.008, exchanges=0.006, least=6),
)
