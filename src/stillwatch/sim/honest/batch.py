"""Machines by the clock: nightly pipelines, CI fleets at :00, batches over a long cached prefix."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.context import Context, Kind
from stillwatch.sim.draw import mix, within
from stillwatch.sim.dress import dress, offer_tools, own_system, shared_system
from stillwatch.sim.plan import Batch, join
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.what.tools import AGENT
from stillwatch.sim.when.rhythm import clockwork, spread, volumes
from stillwatch.sim.who.networks import address, egress
from stillwatch.sim.who.people import company, individuals, sizes

__all__ = ["KINDS", "SYSTEMS", "TEXTS"]

TEXTS = {
    "nightly": Text(
        prompt=(
            "Record {number}-{hex}\n{document} {rare}: {claim}. {document?70} {document?50}"
            "{ paragraph?60}{ paragraph?40}\n"
            "Fill the fields: category, summary, {data@account}, {data@account}."
        ),
        answer="category: {subject}\nsummary: {answer}. {answer@row}.\n{data@account}: {number}",
    ),
    "ci review": Text(
        prompt=(
            "Review the diff of pull request #{number} ({hex}):\n-    {identifier}({data})\n+  "
            "  "
            "{identifier}({data}, {number})\n{block}{block?70}{block?50}{block?40}{block?20}\nList "
            "bugs only."
        ),
        answer="- {identifier}: {answer@row}\n- {answer}{\n passage@row?60}",
    ),
    "cached": Text(
        prompt="{ask} ({rare} {number})",
        answer="{lead@row} {answer}{glue}{answer@row}. {passage@row}{ passage?60}{end}",
    ),
}
SYSTEMS = {
    "cached": (
        "Knowledge base of "
        "{company}.\n{paragraph}\n{paragraph#2}\n{paragraph#3}\n{paragraph#4}\n"
        "Answer only from it."
    ),
    "ci": "You review code for {company}. {claim}. {claim#2}. Output nothing if the diff is fine.",
}


def _nightly(ctx: Context) -> Batch:
    people = individuals(
        ctx.rng,
        ctx.accounts,
        ctx.window,
        clients={"python": 0.8, "other": 0.2},
        tiers=(0, 0.8, 0.2),
    )
    servers = address(ctx.rng, "hosting", people["country"].astype(np.int64))
    people["home"] = people["work"] = people["mobile"] = servers
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 1.1)
    ticks = clockwork(ctx.rng, people, counts, ctx.window, hours=1)
    rows = dress(ctx, people, ticks, {"nightly": 1.0, "extract json": 0.5, "chart": 0.3}, habit=1.0)
    own_system(ctx, people, rows, "app", 0.7)
    return Batch(people=people, rows=rows)


def _fleet(ctx: Context, count: int) -> Batch:
    """Runners of one company: an account each, started together by the schedule."""
    people = company(ctx.rng, count, ctx.window, clients={"node": 0.5, "python": 0.5})
    servers = ctx.rng.choice(egress(ctx.rng, "hosting", int(people["country"][0])), count)
    people["home"] = people["work"] = people["mobile"] = servers
    people["created"] = np.minimum(people["created"], people["created"][0])
    counts = volumes(ctx.rng, count, ctx.exchanges * count / ctx.accounts, 0.4)
    ticks = clockwork(ctx.rng, people, counts, ctx.window, hours=4, gap_s=4)
    key = int(people["key"][0])
    rows = dress(ctx, people, ticks, {"ci review": 1.0})
    rows["uid"] = mix(rows["uid"], key)
    rows["session"] = rows["thread"] = mix(rows["session"], key)
    rows["item"] = mix(rows["uid"], 321)
    shared_system(ctx, rows, "ci", key)
    offer_tools(rows, AGENT)
    return Batch(people=people, rows=rows)


def _ci(ctx: Context) -> Batch:
    return join(*(_fleet(ctx, n) for n in sizes(ctx.rng, ctx.accounts, 14, 4)))


def _cached(ctx: Context) -> Batch:
    """Good engineering: a long constant prefix, a short changing tail, nearly all of it cached."""
    people = individuals(
        ctx.rng, ctx.accounts, ctx.window, clients={"python": 1}, tiers=(0, 0.9, 0.1)
    )
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 1.0)
    ticks = spread(ctx.rng, people, counts, ctx.window, weeks=ctx.traces.weeks)
    rows = dress(ctx, people, ticks, {"cached": 1.0})
    own_system(ctx, people, rows, "cached")
    rows["end_user"] = mix(within(mix(rows["uid"], 322), 400), ctx.seed)
    return Batch(people=people, rows=rows)


KINDS = (
    Kind(
        name="nightly pipeline", build=_nightly, accounts=0.006, exchanges=0.05, least=4, block=200
    ),
    Kind(name="ci fleet", build=_ci, accounts=0.008, exchanges=0.03, least=10, block=200),
    Kind(name="cached batch", build=_cached, accounts=0.003, exchanges=0.02, least=3, block=100),
)
