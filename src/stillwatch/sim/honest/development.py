"""Developers and their trouble: own programs, tutorials, key rotation, migration, canaries."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.context import Context, Kind
from stillwatch.sim.draw import chance, key_of, mix, within
from stillwatch.sim.dress import adopt, dress, offer_tools, own_system, popular, shared_system
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.what.tools import DATA, SMALL
from stillwatch.sim.when.rhythm import clockwork, sittings, spread, volumes
from stillwatch.sim.who.networks import address
from stillwatch.sim.who.people import DAY, individuals

__all__ = ["KINDS", "SYSTEMS", "TEXTS"]

LIBRARIES = {"python": 0.6, "node": 0.22, "other": 0.18}

CODE = (
    "def {identifier#f}({data#d}, limit={number}):\n    out = []\n    for row in {data#d}:\n"
    "        out.append({identifier}(row))\n    return {identifier}(out)\n"
)
TEXTS = {
    "code question": Text(
        prompt="{hello?25} {ask}\n\n```\n"
        + CODE
        + "{block?80}{block?60}{block?40}{block?25}```\n{detail?60}",
        answer="{lead@row} {answer}{glue}{answer@row}:\n\n```\n"
        + CODE
        + "{block}{block@row?50}```\n{answer@row}. {passage@row}{ passage?60}{end}",
    ),
    "stack trace": Text(
        prompt=(
            "{error} in {identifier}.{identifier} line {number}\n  File "
            '"{data}/{identifier}.py", '
            'line {number}, in {identifier}\n  File "{data}/{rare}.py", line {number}\n{detail} '
            "{follow?40}{\n\n block?60}{block?50}{block?30}"
        ),
        answer="The trace points at {identifier}: {answer}. {answer@row}, {answer}.\n\n```\n"
        + CODE
        + "{block@row?60}```\n{passage@row}",
    ),
    "write function": Text(
        prompt=(
            "Write a {lang} function that can {verb} {data} and {verb} {data} for {rare}, at "
            "most "
            "{number} at a time. {detail?50}{ claim?40}"
        ),
        answer="```\n"
        + CODE
        + "{block}{block@row?60}{block?40}```\n{answer@row}. {passage@row}{ passage?50}{end}",
    ),
    "extract json": Text(
        prompt=(
            "Extract name, date and amount as JSON.\n\n{document} {rare} paid {number} on "
            "{year}. "
            "{document}{ document?50}{\n paragraph?40}{\n paragraph?20}"
        ),
        answer='{"name": "{rare}", "amount": {number}, "year": {year}}',
    ),
    "tutorial": Text(
        prompt="Tell me a joke about {thing}.", answer="Why did {thing} stop? {answer}."
    ),
    "app prompt": Text(
        prompt=(
            "{subject}: {ask}\nContext: {document} {rare} {number}{ document?60}"
            "{\n paragraph?50}{\n paragraph?30}{\n paragraph?20}\nTone: {tone@account}"
        )
    ),
    "worked task": Text(
        prompt="{subject} ({rare}): {task}{ detail?40}{\n paragraph?40}{\n\n block?30}"
    ),
    "report": Text(
        prompt="{p_analyst}\n\n{data}: {number}, {number}, {number} for {rare} in {year}. {ask}"
    ),
    "canary": Text(prompt="Reply with the single word OK.", answer="OK"),
    "chart": Text(
        prompt=(
            "Here is a table of {data} by {data} for {rare}: {number}, {number}, {number}, "
            "{number}. "
            "{ask} Return insights with the numbers that support them."
        )
    ),
}
SYSTEMS = {
    "app": (
        "You are the assistant of {rare@theme}, an app about {subject}. {claim}. Answer in a "
        "{tone} "
        "way, at most {number} words. {claim}. If you do not know, say so. {detail}"
    ),
    "tutorial": "You are a helpful assistant.",
    "analyst": (
        "You are a data analyst for {company}. Look at {data} and {data}, name trends and "
        "say how "
        "sure you are. {claim}."
    ),
}
_MIX = {
    "code question": 3.0,
    "stack trace": 1.6,
    "write function": 1.6,
    "app prompt": 2.2,
    "extract json": 1.0,
    "chart": 0.6,
    "worked task": 0.6,
    "report": 0.1,
    "tutorial": 0.25,
}


def _developers(ctx: Context) -> Batch:
    people = individuals(
        ctx.rng, ctx.accounts, ctx.window, clients=LIBRARIES, tiers=(0.2, 0.75, 0.05)
    )
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 1.5)
    ticks = sittings(ctx.rng, people, counts, ctx.window, turns=4.0, gap_s=40)
    rows = dress(ctx, people, ticks, _MIX, habit=0.55)
    popular(rows, key_of(ctx.world_seed, "dev"), 0.03)
    own_system(ctx, people, rows, "app", 0.5)
    plain = rows["system"] < 0
    part = rows[plain]
    shared_system(ctx, part, "tutorial", 1, 0.4)
    rows[plain] = part
    tooled = chance(mix(people["key"], 211), 0.25)[rows["account"]]
    part = rows[tooled]
    offer_tools(part, SMALL + DATA)
    rows[tooled] = part
    adopt(ctx, people, rows)
    return Batch(people=people, rows=rows)


def _rotation(ctx: Context) -> Batch:
    """Keys replaced mid-way; some move to a new region, client or machine with them."""
    batch = _developers(ctx)
    rows, people = batch.rows, batch.people
    span = ctx.window[1] - ctx.window[0]
    when = ctx.window[0] + within(mix(people["key"], 212), span)
    after = rows["at"] > when[rows["account"]]
    rows["credential"] = np.where(after, 3, rows["credential"])
    moves = after & chance(mix(people["key"], 213), 0.5)[rows["account"]]
    place = within(mix(people["key"], 214), 20)
    machines = address(ctx.rng, "hosting", place, 20000)
    rows["ip"] = np.where(moves, machines[rows["account"]], rows["ip"])
    rows["client"] = np.where(moves, people["client2"][rows["account"]], rows["client"])
    return batch


def _migration(ctx: Context) -> Batch:
    """Pairs of accounts: the old one stops, a new one of the same holder goes on with its job."""
    batch = _developers(ctx)
    rows, people = batch.rows, batch.people
    count = len(people) // 2 * 2
    old = np.arange(0, count, 2)
    moment = ctx.window[0] + within(mix(people["key"][old], 215), ctx.window[1] - ctx.window[0])
    people["created"][old + 1] = moment - DAY // 4
    for name in ("payment", "device", "domain", "shape", "home", "work", "org", "topic", "client"):
        people[name][old + 1] = people[name][old]
    pair = rows["account"] // 2
    paired = rows["account"] < count
    switched = paired & (rows["at"] >= moment[pair.clip(0, max(0, len(moment) - 1))])
    rows["account"] = np.where(paired, pair * 2 + switched, rows["account"])
    return batch


def _canaries(ctx: Context) -> Batch:
    """Monitors that send the same probe every few minutes, to every model."""
    people = individuals(ctx.rng, ctx.accounts, ctx.window, clients=LIBRARIES, tiers=(0, 0.9, 0.1))
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 0.5)
    ticks = spread(ctx.rng, people, counts, ctx.window, day_share=0.0)
    rows = dress(ctx, people, ticks, {"canary": 1.0})
    rows["item"] = 1
    rows["model"] = within(mix(rows["uid"], 216), 4)
    return Batch(people=people, rows=rows)


def _minimal(ctx: Context) -> Batch:
    """Scripts through privacy proxies: a bare client, a shared address, odd hours."""
    people = individuals(ctx.rng, ctx.accounts, ctx.window, clients={"other": 1.0})
    people["home"] = people["work"] = address(ctx.rng, "vpn", np.full(len(people), -1), 6)
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 1.2)
    ticks = clockwork(ctx.rng, people, counts, ctx.window, minute=17, hours=3)
    rows = dress(
        ctx, people, ticks, {"extract json": 1.0, "app prompt": 1.0, "chart": 1.0}, habit=1.0
    )
    return Batch(people=people, rows=rows)


KINDS = (
    Kind(name="developer", build=_developers, accounts=0.15, exchanges=0.10),
    Kind(name="key rotation", build=_rotation, accounts=0.012, exchanges=0.012),
    Kind(name="migration", build=_migration, accounts=0.008, exchanges=0.008, least=4),
    Kind(name="canary", build=_canaries, accounts=0.003, exchanges=0.008, least=3),
    Kind(name="privacy proxy", build=_minimal, accounts=0.005, exchanges=0.004, least=3),
)
