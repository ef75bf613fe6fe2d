"""Those who test models: benchmark harnesses, judges, retrieval evaluation, a sweep."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.context import Context, Kind
from stillwatch.sim.draw import key_of, mix, within
from stillwatch.sim.dress import NEWEST, dress, own_system, shared_system
from stillwatch.sim.plan import Batch, Table
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.when.rhythm import paced, volumes
from stillwatch.sim.who.marks import SCHOOLS
from stillwatch.sim.who.networks import egress
from stillwatch.sim.who.people import DAY, individuals

__all__ = ["KINDS", "SYSTEMS", "TEXTS"]

TEXTS = {
    "benchmark": Text(
        prompt=(
            "Question: {person} has {number#n} {object#o}, buys {number#m} more and shares "
            "them with "
            "{person}. {claim}? How many {object#o} has each?\nLet's think step by step. End with "
            "'Answer: '."
        ),
        answer=(
            "{number#n} plus {number#m} makes the total. {answer@row}. {passage@row} "
            "{passage@row?50} Answer: {number@row}"
        ),
    ),
    "benchmark code": Text(
        prompt=(
            "Complete the function.\n\ndef {identifier#f}({data#d}, k={number}):\n    "
            '"""{verb} the '
            '{data#d}, then {verb} {data} at most {number} times."""\n'
        ),
        answer="    out = {identifier}({data#d})\n    return {identifier@row}(out, {number@row})",
    ),
    "judge": Text(
        prompt=(
            "You are an impartial judge. Compare the two answers to the question and output "
            "[[A]], "
            "[[B]] or [[C]] for a tie.\n\n[Question]\n{ask}\n\n[Answer A]\n{answer#1}. {passage#2} "
            "{passage#6?60} {document}"
            "\n\n[Answer B]\n{answer#3}. {passage#4} {passage#5?60} {document}"
        ),
        answer="{passage@row} {passage@row?60} [[A]]",
    ),
    "rag eval": Text(
        prompt=(
            "Rate from 1 to 5 whether the answer is supported by the context. Return "
            "JSON.\nContext: "
            "{paragraph}{\n paragraph?70}{\n paragraph?50}{\n paragraph?30}\nQuestion: {ask}\n"
            "Answer: "
            "{document}"
        ),
        answer='{"score": {score@row}, "reason": "{answer@row}"}',
    ),
    "moderation": Text(
        prompt=(
            "Classify the comment as ok, spam, insult or threat. Comment: {claim}! {detail} {rare}"
        ),
        answer="ok",
    ),
    "sweep": Text(
        prompt=(
            "[condition {tone@account}] {task} Give your reasoning and a confidence between 0 "
            "and 1."
        )
    ),
}
SYSTEMS = {"eval": "You are evaluated. Follow the output format exactly. Run {hex}."}
_CLIENTS = {"python": 0.9, "other": 0.1}


def _harness(
    ctx: Context, texts: dict[str, float], *, items: int, days: float, n: int = 1
) -> Batch:
    """Accounts that run through a fixed set of items, round the clock, several times over."""
    people = individuals(
        ctx.rng, ctx.accounts, ctx.window, clients=_CLIENTS, tiers=(0, 0.7, 0.3), declared=(4, 8)
    )
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 0.9)
    parts = [
        _run(ctx, people, i, int(c), texts=texts, items=items, days=days)
        for i, c in enumerate(counts)
    ]
    rows = np.concatenate(parts)
    rows["n"] = np.where(within(mix(people["key"], 311), 2)[rows["account"]] > 0, n, 1)
    own_system(ctx, people, rows, "eval", 0.4)
    return Batch(people=people, rows=rows)


def _run(
    ctx: Context,
    people: Table,
    number: int,
    count: int,
    *,
    texts: dict[str, float],
    items: int,
    days: float,
) -> Table:
    length = min(ctx.window[1] - ctx.window[0], int(days * DAY * (0.5 + ctx.rng.random())))
    start = int(ctx.rng.integers(ctx.window[0], max(ctx.window[0] + 1, ctx.window[1] - length)))
    people["created"][number] = min(int(people["created"][number]), start - DAY)
    ticks = paced(ctx.rng, 1, count, (start, start + length), jitter=2.0)
    rows = dress(ctx, people[number : number + 1], ticks, texts)
    order = np.arange(len(rows)) % items
    rows["uid"] = mix(rows["uid"], 320 + number)
    rows["session"] = rows["thread"] = mix(rows["session"], 320 + number)
    rows["item"] = mix(
        order, key_of(ctx.world_seed, "items")
    )  # public sets: all run the same items
    rows["topic"] = within(mix(order, 312), 24)
    rows["language"] = 0
    rows["account"] = number
    newest = (start + length > ctx.release) & (number % 3 == 0)
    rows["model"] = np.where(newest & (rows["at"] > ctx.release), NEWEST, rows["model"])
    return rows


def _benchmark(ctx: Context) -> Batch:
    return _harness(ctx, {"benchmark": 1.0, "benchmark code": 1.0}, items=1300, days=6, n=4)


def _judge(ctx: Context) -> Batch:
    return _harness(ctx, {"judge": 1.0}, items=100_000, days=12)


def _rag(ctx: Context) -> Batch:
    return _harness(ctx, {"rag eval": 1.0}, items=400, days=20)


def _moderation(ctx: Context) -> Batch:
    return _harness(ctx, {"moderation": 1.0}, items=10**7, days=60)


def _sweep(ctx: Context) -> Batch:
    """A real laboratory with a programme credit, two nights before the deadline."""
    people = individuals(ctx.rng, ctx.accounts, ctx.window, clients=_CLIENTS, declared=(4,))
    country = int(people["country"][0])
    people["country"], people["tier"], people["program"] = country, 3, 2
    people["domain"] = ctx.rng.choice(SCHOOLS)
    people["home"] = people["work"] = ctx.rng.choice(
        egress(ctx.rng, "campus", country), ctx.accounts
    )
    start = int(ctx.rng.integers(ctx.window[0], max(ctx.window[0] + 1, ctx.window[1] - 3 * DAY)))
    people["created"] = np.minimum(people["created"], start - DAY)
    ticks = paced(ctx.rng, ctx.accounts, ctx.exchanges, (start, start + 2 * DAY), jitter=3.0)
    rows = dress(ctx, people, ticks, {"sweep": 1.0})
    rows["item"] = mix(within(mix(rows["uid"], 313), 500), ctx.seed)
    shared_system(ctx, rows, "tutorial", 1)
    return Batch(people=people, rows=rows)


KINDS = (
    Kind(
        name="benchmark run", build=_benchmark, accounts=0.0015, exchanges=0.025, least=3, block=40
    ),
    Kind(name="judge team", build=_judge, accounts=0.003, exchanges=0.025, least=3, block=40),
    Kind(name="rag evaluation", build=_rag, accounts=0.002, exchanges=0.015, least=2, block=40),
    Kind(name="moderation", build=_moderation, accounts=0.001, exchanges=0.015, least=2, block=20),
    Kind(name="research sweep", build=_sweep, accounts=0.002, exchanges=0.01, least=4, block=12),
)
