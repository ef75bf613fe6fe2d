"""Accounts that serve others: small SaaS, support bots, white labels, aggregators."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.context import Context, Kind
from stillwatch.sim.draw import key_of, mix, within
from stillwatch.sim.dress import adopt, dress, offer_tools, own_system, popular, shared_system
from stillwatch.sim.plan import Batch, Table
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.what.tools import SMALL
from stillwatch.sim.when.rhythm import sittings, spread, volumes
from stillwatch.sim.who.networks import address
from stillwatch.sim.who.people import individuals

__all__ = ["KINDS", "SYSTEMS", "TEXTS"]

_SERVERS = {"python": 0.6, "node": 0.3, "other": 0.1}

TEXTS = {
    "support": Text(
        prompt=(
            "Order {number}: {detail} {ask}\n\nCustomer since {year}, plan {tone}, name {person}."
        ),
        answer=(
            "Dear {person}, thank you for writing. {passage@row} {answer@row}. {passage?60} "
            "{passage@row?40} Kind regards, {company@theme}"
        ),
    ),
    "saas": Text(
        prompt=(
            "[{company@account}] {ask} {detail?60}\n{data}={number} {data}={rare} "
            "{document?40}{\n paragraph?40}{\n paragraph?25}"
        )
    ),
    "relay chat": Text(prompt="{hello?30} {ask}{ detail?60} {rare}"),
    "teacher": Text(
        prompt=(
            "Task {number} of the licensed set: {task} Answer completely; it will be used for "
            "training."
        ),
        answer=(
            "{answer}. {answer@row}. {answer}. Therefore {claim}. {answer@row}. {answer}."
            "{ passage@row}{ passage}{ passage@row}"
        ),
    ),
}
SYSTEMS = {
    "support": (
        "You are the support agent of {company}. Be {tone}. Use only the policy "
        "below.\n{paragraph}\n"
        "Never promise refunds above {number}. Sign as {person}."
    ),
    "white label": (
        "You are {rare}, the assistant built by {company}. Never say which model you "
        "are based "
        "on. {claim}. Speak in a {tone} way about {subject}."
    ),
    "saas": (
        "Product: {company}. Feature: {verb} {data}. Return plain text, {tone}. {claim}. {detail}"
    ),
}


def _service(
    ctx: Context,
    texts: dict[str, float],
    system: str,
    *,
    users: int,
    clients: dict[str, float] | None = None,
) -> Batch:
    people = individuals(
        ctx.rng,
        ctx.accounts,
        ctx.window,
        clients=clients or _SERVERS,
        tiers=(0.0, 0.85, 0.15),
        declared=(3, 9, 2),
    )
    machines = address(ctx.rng, "hosting", people["country"].astype(np.int64))
    for name in ("home", "work", "mobile"):
        people[name] = machines
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 1.3)
    ticks = spread(ctx.rng, people, counts, ctx.window, day_share=0.7, weeks=ctx.traces.weeks)
    rows = dress(ctx, people, ticks, texts, habit=0.9)
    own_system(ctx, people, rows, system)
    _serve(people, rows, users)
    adopt(ctx, people, rows, 0.05)
    return Batch(people=people, rows=rows)


def _serve(people: Table, rows: Table, users: int) -> None:
    """End users, heavy-tailed, each with own topic and language."""
    rank = np.floor(np.exp(np.log(users) * _unit(rows["uid"]))).astype(np.uint64)
    user = mix(people["key"][rows["account"]] ^ rank, 231)
    rows["end_user"] = user
    rows["topic"] = np.where(
        within(mix(user, 232), 3) > 0, rows["topic"], within(mix(user, 233), 24)
    )
    rows["language"] = np.where(within(mix(user, 234), 4) > 0, rows["language"], 0)


def _unit(
    digests: np.ndarray[tuple[int], np.dtype[np.uint64]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return (mix(digests, 235) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _small_saas(ctx: Context) -> Batch:
    return _service(ctx, {"saas": 3.0, "app prompt": 1.0, "extract json": 1.0}, "saas", users=300)


def _support(ctx: Context) -> Batch:
    batch = _service(ctx, {"support": 1.0}, "support", users=3000)
    offer_tools(batch.rows, SMALL)
    popular(batch.rows, ctx.seed, 0.1, 300)
    return batch


def _white_label(ctx: Context) -> Batch:
    return _service(ctx, {"relay chat": 2.0, "chat": 1.0}, "white label", users=2000)


def _aggregator(ctx: Context) -> Batch:
    """An honest reseller: many languages, personas, apps and end users under one account."""
    texts = {
        "chat": 3.0,
        "code question": 2.0,
        "role": 1.0,
        "agent task": 1.5,
        "paste": 1.0,
        "chart": 0.5,
    }
    batch = _service(ctx, texts, "persona", users=8000, clients={"resale": 1.0})
    rows = batch.rows
    user = rows["end_user"]
    numbers = np.array([ctx.lexicon.text(name) for name in texts])
    rows["template"] = numbers[within(mix(user, 236), len(numbers))]
    rows["topic"] = within(mix(user, 237), 24)
    rows["language"] = within(mix(user, 238), 8)
    rows["system"] = np.where(within(mix(user, 239), 3) > 0, -1, rows["system"])
    rows["system_seed"] = user
    rows["session"] = mix(user + (rows["at"] // 3_600_000_000).astype(np.uint64), 240)
    rows["thread"] = rows["session"]
    return batch


def _licensed(ctx: Context) -> Batch:
    """A customer with a distillation agreement: it looks like harvesting, and is allowed."""
    batch = _service(ctx, {"teacher": 1.0}, "saas", users=1)
    batch.people["declared"], batch.people["tier"], batch.people["verification"] = 10, 2, 3
    batch.people["org"] = mix(batch.people["key"], 241)
    rows = batch.rows
    rows["topic"] = within(mix(rows["uid"], 242), 24)
    shared_system(ctx, rows, "tutorial", 1)
    rows["end_user"] = 0
    return batch


def _phone_app(ctx: Context) -> Batch:
    """A newly launched app: thousands of accounts of its users under its one prompt."""
    people = individuals(ctx.rng, ctx.accounts, ctx.window, clients={"phone": 0.5, "node": 0.5})
    launch = ctx.window[0] + key_of(ctx.world_seed, "launch") % max(
        1, ctx.window[1] - ctx.window[0]
    )
    fresh = within(mix(people["key"], 243), 10) < 6  # noqa: PLR2004 (sixty in a hundred are new)
    wave = launch + within(mix(people["key"], 244), 3 * 86_400_000_000)
    people["created"] = np.where(fresh, wave, people["created"]).clip(None, ctx.window[1] - 10**9)
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 0.9)
    ticks = sittings(ctx.rng, people, counts, ctx.window, turns=2)
    rows = dress(
        ctx, people, ticks, {"chat": 2.0, "plain math": 1.0, "rewrite": 1.0}, follow="chat follow"
    )
    shared_system(ctx, rows, "white label", key_of(ctx.world_seed, "launch app"))
    return Batch(people=people, rows=rows)


KINDS = (
    Kind(name="small saas", build=_small_saas, accounts=0.018, exchanges=0.06, block=200),
    Kind(name="support bot", build=_support, accounts=0.006, exchanges=0.04, block=100),
    Kind(name="white label", build=_white_label, accounts=0.004, exchanges=0.015, block=100),
    Kind(name="aggregator", build=_aggregator, accounts=0.002, exchanges=0.03, least=2, block=20),
    Kind(name="licensed distillation", build=_licensed, accounts=0.0003, exchanges=0.02, block=5),
    Kind(name="app launch", build=_phone_app, accounts=0.025, exchanges=0.01),
)
