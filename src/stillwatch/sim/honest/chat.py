"""People who chat: alone, with a viral prompt or the new model, on the road, in a role."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.sim.context import Context, Kind
from stillwatch.sim.draw import chance, key_of, mix, within
from stillwatch.sim.dress import NEWEST, adopt, dress, own_system, popular, shared_system
from stillwatch.sim.plan import Batch, Table
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.when.rhythm import burst, sittings, volumes
from stillwatch.sim.who.networks import address
from stillwatch.sim.who.people import DAY, individuals

__all__ = ["KINDS", "SYSTEMS", "TEXTS"]

APPS = {"browser": 0.55, "phone": 0.4, "node": 0.05}

TEXTS = {
    "chat": Text(prompt="{hello?40} {ask#a}{ detail?55}{ detail?25}{ bye?25}"),
    "chat long": Text(
        prompt=(
            "{hello?50} {detail} {ask}\n\nBackground: {document} {detail} It concerns {rare} "
            "and "
            "{rare}, since {year}.{ document?60}{ detail?60}{\n\n paragraph?35}{\n paragraph?25}"
            "{\n paragraph?12}\n{bye?60}"
        )
    ),
    "chat follow": Text(prompt="{follow} {thing}{ detail?50}"),
    "chat short": Text(prompt="{thing}"),
    "paste": Text(
        prompt=(
            "{hello?20} Summarise this for me:\n\n{paragraph}{\n paragraph?75}"
            "{\n\n paragraph?60}{\n paragraph?45}"
            "{\n\n paragraph?35}{\n paragraph?25}{\n paragraph?15}\n\n{document} {document} "
            "(source: {rare}, {year}){ bye?30}"
        )
    ),
    "rewrite": Text(
        prompt=(
            "Make this sound more {tone}: {document} {detail} {document}{ paragraph?45}"
            "{ paragraph?20}{ bye?20}"
        )
    ),
    "viral": Text(
        prompt="Act as a {tone} fortune teller from {year}. Based on everything you know about me, "
        "tell me my three hidden talents, my spirit animal and what I will do in {number} days. "
        "My name is {person@account} and I like {thing@account}."
    ),
    "try new": Text(
        prompt="I heard the new model is better. {task} Then tell me what the old one got wrong."
    ),
    "role": Text(
        prompt=(
            '*{person@account} looks at {thing}* "{claim}" I say. What does {rare@theme} do next?'
        )
    ),
    "plain math": Text(
        prompt="{person} has {number#n} {object#o} and gives {number} of them to {person}. "
        "How many {object#o} are left? Please explain every step of your reasoning.",
        answer="Let us go step by step. First we have {number#n} {object#o}. Then {answer}. "
        "So the result is {number}. {answer}.",
    ),
    "exam question": Text(prompt="{hello?40} {task}{ detail?35}{ bye?25}"),
    "step by step": Text(prompt="{hello?30} {task?50} {ask?60} {p_reason}{ bye?20}"),
    "harder": Text(prompt="{p_evolve} {ask}{ document?40}"),
    "hi": Text(prompt="{hello}", answer="Hello! How can I help you today?"),
}
SYSTEMS = {
    "role": "You are {rare@theme}, a {tone} character in an interactive story set in {year@theme}. "
    "Stay in character. Never mention that you are an AI. {claim@theme}. {claim@row}.",
    "persona": (
        "You are a {tone} assistant for {person}. Prefer answers about {thing} and keep "
        "them "
        "{tone}. {claim}."
    ),
}
_MIX = {
    "chat": 5.0,
    "chat long": 2.0,
    "paste": 1.2,
    "rewrite": 1.0,
    "chat short": 0.4,
    "plain math": 0.3,
    "exam question": 0.7,
    "step by step": 0.12,
    "harder": 0.05,
    "hi": 0.15,
}


def _chat(ctx: Context) -> Batch:
    people = individuals(ctx.rng, ctx.accounts, ctx.window, clients=APPS)
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 1.2)
    ticks = sittings(ctx.rng, people, counts, ctx.window, turns=2.6, peak=16.5)
    rows = dress(ctx, people, ticks, _MIX, follow="chat follow", habit=0.3)
    popular(rows, ctx.world_seed, 0.05)
    own_system(ctx, people, rows, "persona", 0.08)
    adopt(ctx, people, rows)
    return Batch(people=people, rows=rows)


def _viral(ctx: Context) -> Batch:
    """Strangers who all send one prompt within three days, many of them newly signed up."""
    people = individuals(ctx.rng, ctx.accounts, ctx.window, clients=APPS, tiers=(0.8, 0.2, 0))
    peak = ctx.window[0] + key_of(ctx.world_seed, "viral") % max(1, ctx.window[1] - ctx.window[0])
    fresh = chance(mix(people["key"], 201), 0.4)
    before = peak - within(mix(people["key"], 202), 2 * DAY)
    people["created"] = np.where(fresh, before, people["created"])
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 0.8)
    ticks = sittings(ctx.rng, people, counts, ctx.window, turns=2.0)
    rows = dress(ctx, people, ticks, _MIX, follow="chat follow", habit=0.3)
    wave = burst(
        ctx.rng,
        people,
        np.full(len(people), 3),
        centre=peak,
        width_s=60_000,
        until=ctx.window[1],
    )
    more = dress(
        replace(ctx, seed=key_of(ctx.seed, "wave")),
        people,
        wave,
        {"viral": 1.0},
        follow="chat follow",
    )
    return Batch(people=people, rows=np.concatenate([rows, more]))


def _new_model(ctx: Context) -> Batch:
    """Customers who go over to the new model within a day of its release."""
    batch = _chat(ctx)
    rows = batch.rows
    late = rows["at"] > ctx.release
    rows["model"] = np.where(late & chance(mix(rows["session"], 203), 0.75), NEWEST, rows["model"])
    tries = late & (rows["at"] < ctx.release + 2 * DAY) & (rows["turn"] == 1)
    rows["template"][tries & chance(mix(rows["uid"], 204), 0.5)] = ctx.lexicon.text("try new")
    return batch


def _on_the_road(ctx: Context) -> Batch:
    """Travellers and VPN users: another country and network every few sessions."""
    batch = _chat(ctx)
    _roam(ctx, batch.rows)
    return batch


def _roam(ctx: Context, rows: Table) -> None:
    trip = mix(rows["account"].astype(np.uint64) * np.uint64(64) + rows["at"].astype(np.uint64)
               // np.uint64(4 * DAY), ctx.seed)  # fmt: skip
    _, first, back = np.unique(trip, return_index=True, return_inverse=True)
    hotels = address(ctx.rng, "residential", within(mix(trip[first], 205), 20), 9000)
    exits = address(ctx.rng, "vpn", np.full(len(first), -1), 12)
    away = np.where(chance(mix(trip[first], 206), 0.5), hotels, exits)
    rows["ip"] = np.where(chance(mix(trip, 207), 0.7), away[back.reshape(-1)], rows["ip"])


def _role_play(ctx: Context) -> Batch:
    people = individuals(ctx.rng, ctx.accounts, ctx.window, clients=APPS)
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 1.0)
    ticks = sittings(ctx.rng, people, counts, ctx.window, turns=9, peak=21)
    rows = dress(ctx, people, ticks, {"role": 3.0, "chat": 1.0}, habit=0.8)
    for number in range(6):
        some = np.flatnonzero(rows["account"] % 6 == number)
        theme = key_of(ctx.world_seed, "role", number)
        part = rows[some]
        shared_system(ctx, part, "role", theme)
        part["theme"] = theme
        rows[some] = part
    return Batch(people=people, rows=rows)


KINDS = (
    Kind(name="chat", build=_chat, accounts=0.28, exchanges=0.13),
    Kind(name="viral prompt", build=_viral, accounts=0.04, exchanges=0.01),
    Kind(name="new model", build=_new_model, accounts=0.03, exchanges=0.015),
    Kind(name="traveller", build=_on_the_road, accounts=0.025, exchanges=0.012),
    Kind(name="role play", build=_role_play, accounts=0.012, exchanges=0.015),
)
