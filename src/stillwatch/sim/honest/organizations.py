"""Companies: single sign-on fleets, a firm behind one network and card, several clouds at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.sim.context import Context, Kind
from stillwatch.sim.draw import key_of, mix, within
from stillwatch.sim.dress import adopt, dress, own_system, shared_system
from stillwatch.sim.plan import Batch, join
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.when.rhythm import sittings, volumes
from stillwatch.sim.who.clients import choose
from stillwatch.sim.who.people import company, sizes

__all__ = ["KINDS", "SYSTEMS", "TEXTS"]

TEXTS: dict[str, Text] = {}
SYSTEMS = {
    "house rules": (
        "You assist the staff of {company}. Follow the style guide: {claim}; {claim}; "
        "{claim}. "
        "Internal project names such as {rare} and {rare} are confidential. Answer in a {tone} way."
    )
}
_OFFICE = {
    "chat": 2.0,
    "chat long": 2.0,
    "paste": 2.0,
    "rewrite": 2.0,
    "code question": 1.5,
    "chart": 1.0,
}


def _firm(ctx: Context, count: int, number: int, *, sso: bool, cloud: bool = False) -> Batch:
    clients = {"browser": 0.6, "python": 0.25, "agent-a": 0.15}
    people = company(ctx.rng, count, ctx.window, clients=clients, sso=sso, tier=2 if sso else 1)
    total = ctx.exchanges * count / ctx.accounts
    ctx = replace(ctx, seed=key_of(ctx.seed, number))
    counts = volumes(ctx.rng, count, total, 1.1)
    ticks = sittings(ctx.rng, people, counts, ctx.window, turns=3, weekend=0.08, peak=13, width=2.6)
    rows = dress(ctx, people, ticks, _OFFICE, follow="chat follow", habit=0.5)
    theme = int(people["key"][0])
    shared_system(ctx, rows, "house rules", theme, 0.5)
    team = within(mix(rows["item"], 251), 12) == 0
    rows["item"] = np.where(team, mix(within(mix(rows["uid"], 252), 40), theme), rows["item"])
    if cloud:
        elsewhere = choose(ctx.rng, len(rows), {"cloud-a": 0.5, "cloud-b": 0.3, "cloud-c": 0.2})
        rows["client"] = np.where(
            within(mix(rows["session"], 253), 2) > 0, elsewhere, rows["client"]
        )
    adopt(ctx, people, rows)
    return Batch(people=people, rows=rows)


def _enterprise(ctx: Context) -> Batch:
    groups = sizes(ctx.rng, ctx.accounts, 90, 12)
    return join(*(_firm(ctx, n, i, sso=True) for i, n in enumerate(groups)))


def _one_card(ctx: Context) -> Batch:
    """Small firms whose people signed up by hand: one network, one card, no single sign-on."""
    groups = sizes(ctx.rng, ctx.accounts, 28, 6)
    batches = [_firm(ctx, n, i, sso=False) for i, n in enumerate(groups)]
    for number, batch in enumerate(batches):
        if number % 2:
            batch.people["org"] = 0
    return join(*batches)


def _clouds(ctx: Context) -> Batch:
    groups = sizes(ctx.rng, ctx.accounts, 25, 4)
    return join(*(_firm(ctx, n, i, sso=True, cloud=True) for i, n in enumerate(groups)))


def _agency(ctx: Context) -> Batch:
    """An agency runs its clients' accounts: own names and prompts, the agency's card and office."""
    batch = _firm(ctx, ctx.accounts, 0, sso=False)
    batch.people["org"] = mix(batch.people["key"], 254)
    batch.people["domain"] = within(mix(batch.people["key"], 255), 3000) + 300
    own_system(ctx, batch.people, batch.rows, "saas")
    return batch


KINDS = (
    Kind(name="enterprise", build=_enterprise, accounts=0.085, exchanges=0.06, least=40),
    Kind(name="company one card", build=_one_card, accounts=0.03, exchanges=0.025, least=20),
    Kind(name="multi cloud", build=_clouds, accounts=0.008, exchanges=0.012, least=8),
    Kind(name="agency", build=_agency, accounts=0.006, exchanges=0.008, least=10, block=40),
)
