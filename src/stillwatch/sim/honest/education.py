"""Classes with one homework in one hour, hackathons, bootcamps, teachers who grade."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.sim.context import Context, Kind
from stillwatch.sim.draw import chance, key_of, mix, within
from stillwatch.sim.dress import dress, popular, shared_system
from stillwatch.sim.plan import Batch, join
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.when.rhythm import burst, sittings, volumes
from stillwatch.sim.who.networks import UTC_OFFSET
from stillwatch.sim.who.people import DAY, individuals, school, sizes

__all__ = ["KINDS", "SYSTEMS", "TEXTS"]

TEXTS = {
    "homework": Text(
        prompt="{task@theme} {task@theme}\n\n{hello?20}{ detail?40}{ bye?20}",
        answer=(
            "{lead@row} {answer}{glue@row}{answer@row}. Step by step: {passage@row} "
            "{passage@row} {claim@theme}."
        ),
    ),
    "homework part": Text(
        prompt=(
            "Solve part {number} and explain your reasoning step by step: {task#t@theme} "
            "{detail?50}"
        )
    ),
    "starter kit": Text(
        prompt="{rare@account} helps people {verb@account} {data@account}. {ask}{ detail?50}"
    ),
    "exercise": Text(
        prompt=(
            "Exercise {number}: write a {lang@theme} function that can {verb} {data}. {detail?30}"
        )
    ),
    "essay grade freely": Text(
        prompt="{p_grade} {person}: {paragraph}{\n paragraph?70}{\n paragraph?30}",
        answer="{score@row}. {passage@row} {answer@row}.",
    ),
    "essay grade": Text(
        prompt=(
            "Grade this essay from 0 to 10 by the rubric: argument, evidence, language. Give a "
            "short "
            "justification.\n\nEssay by {person}: {paragraph}{\n paragraph?90}{\n paragraph?60}"
            "{\n paragraph?40} {document}"
        ),
        answer="Score: {score@row}. Argument: {answer}. Evidence: {answer@row}. Language: {claim}.",
    ),
}
SYSTEMS = {
    "starter kit": (
        "You are the backend of a hackathon project built from the {rare@theme} "
        "starter kit. "
        "Answer as JSON when asked. {claim@theme}. Be {tone@theme}."
    ),
    "tutor": (
        "You are a patient tutor for {subject}. Do not give the final answer at once; lead "
        "the student "
        "through the steps."
    ),
}


def _moment(ctx: Context, hour: float) -> int:
    """A working day of the window at an hour (UTC)."""
    days = max(1, (ctx.window[1] - ctx.window[0]) // DAY - 1)
    day = int(ctx.rng.integers(0, days))
    return ctx.window[0] + day * DAY + int(hour * DAY / 24)


def _class(ctx: Context, count: int, number: int) -> Batch:
    total = ctx.exchanges * count / ctx.accounts
    ctx = replace(ctx, seed=key_of(ctx.seed, number))
    at = _moment(ctx, 10.0)
    people = school(ctx.rng, count, ctx.window, at=at, program=number % 2 == 0)
    at -= int(UTC_OFFSET[people["country"][0]] * DAY / 24) % DAY
    at = max(at, ctx.window[0] + DAY // 8)
    people["created"] = np.minimum(people["created"], at - 120_000_000)
    counts = volumes(ctx.rng, count, total, 0.6)
    ticks = burst(ctx.rng, people, counts, centre=at, width_s=1000, until=ctx.window[1])
    rows = dress(
        ctx, people, ticks, {"homework": 1.0, "homework part": 1.0}, follow="chat follow", habit=0.2
    )
    rows["theme"] = key_of(ctx.seed, "homework")
    same = chance(mix(rows["uid"], 301), 0.5) & (rows["turn"] == 1)
    rows["item"] = np.where(same, within(mix(rows["uid"], 302), 6) + 1, rows["item"])
    shared_system(ctx, rows, "tutor", ctx.seed, 0.2)
    return Batch(people=people, rows=rows)


def _classes(ctx: Context) -> Batch:
    groups = sizes(ctx.rng, ctx.accounts, 32, 15)
    return join(*(_class(ctx, n, i) for i, n in enumerate(groups)))


def _hackathon(
    ctx: Context, count: int, number: int, *, days: float, texts: dict[str, float]
) -> Batch:
    total = ctx.exchanges * count / ctx.accounts
    ctx = replace(ctx, seed=key_of(ctx.seed, number))
    at = _moment(ctx, 9.0)
    people = school(ctx.rng, count, ctx.window, at=at + DAY // 24, program=False)
    people["program"] = np.where(within(mix(people["key"], 303), 2) > 0, 3, 0)
    people["client"] = individuals(ctx.rng, count, ctx.window, clients={"python": 1.0})["client"]
    people["topic"] = individuals(ctx.rng, count, ctx.window, clients={"python": 1.0})["topic"]
    end = min(ctx.window[1], at + int(days * DAY))
    counts = volumes(ctx.rng, count, total, 1.0)
    ticks = sittings(ctx.rng, people, counts, (at, end), turns=5, gap_s=25, weekend=1, width=6)
    rows = dress(ctx, people, ticks, texts, habit=0.3)
    rows["theme"] = key_of(ctx.seed, "kit")
    shared_system(ctx, rows, "starter kit", key_of(ctx.seed, "kit"), 0.8)
    popular(rows, ctx.seed, 0.15, 60)
    return Batch(people=people, rows=rows)


def _hackathons(ctx: Context) -> Batch:
    texts = {"starter kit": 2.0, "write function": 1.0, "stack trace": 1.0}
    groups = sizes(ctx.rng, ctx.accounts, 60, 20)
    return join(*(_hackathon(ctx, n, i, days=2.2, texts=texts) for i, n in enumerate(groups)))


def _bootcamps(ctx: Context) -> Batch:
    texts = {"exercise": 3.0, "stack trace": 1.0, "code question": 1.0}
    groups = sizes(ctx.rng, ctx.accounts, 40, 15)
    return join(*(_hackathon(ctx, n, i, days=12, texts=texts) for i, n in enumerate(groups)))


def _graders(ctx: Context) -> Batch:
    """Teachers and recruiters who grade what was handed in, a pile at a time."""
    people = individuals(ctx.rng, ctx.accounts, ctx.window, clients={"browser": 0.6, "python": 0.4})
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 0.9)
    ticks = sittings(ctx.rng, people, counts, ctx.window, turns=14, gap_s=30, peak=19)
    return Batch(
        people=people,
        rows=dress(ctx, people, ticks, {"essay grade": 1.0, "essay grade freely": 0.8}),
    )


KINDS = (
    Kind(name="class", build=_classes, accounts=0.03, exchanges=0.008, least=25),
    Kind(name="hackathon", build=_hackathons, accounts=0.015, exchanges=0.012, least=25),
    Kind(name="bootcamp", build=_bootcamps, accounts=0.01, exchanges=0.008, least=20),
    Kind(name="essay grader", build=_graders, accounts=0.005, exchanges=0.006, least=3),
)
