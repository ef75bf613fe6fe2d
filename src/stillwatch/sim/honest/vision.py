"""Screenshots in honest hands: process automation, interface tests, picture questions."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.context import Context, Kind
from stillwatch.sim.draw import chance, mix, within
from stillwatch.sim.dress import dress, offer_tools, own_system
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.what.tools import BROWSER
from stillwatch.sim.when.rhythm import clockwork, sittings, volumes
from stillwatch.sim.who.people import individuals

__all__ = ["KINDS", "SYSTEMS", "TEXTS"]

TEXTS = {
    "automation": Text(
        prompt=(
            "The screen shows {page}. Click {control} and type {rare} if {page} opens. Step "
            "{number}."
        ),
        answer="I click {control} at ({number@row}, {number@row}). {answer@row}.",
    ),
    "interface test": Text(
        prompt=(
            "Compare this screenshot of {page} with the expected one and report differences in "
            "{control}."
        ),
        answer="{control}: {answer@row}. Otherwise no difference.",
    ),
    "which button": Text(
        prompt="{hello?50} {p_screen} I want to {verb} {data} on {page}.{ bye?20}"
    ),
    "describe image": Text(prompt="What is in this picture? {detail?50}{ bye?20}"),
}
SYSTEMS = {
    "automation": "You operate {company} through screenshots. Output one action at a time. {claim}."
}


def _robots(ctx: Context) -> Batch:
    people = individuals(
        ctx.rng, ctx.accounts, ctx.window, clients={"python": 1}, tiers=(0, 0.8, 0.2)
    )
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 1.0)
    ticks = clockwork(ctx.rng, people, counts, ctx.window, hours=5, gap_s=6)
    rows = dress(ctx, people, ticks, {"automation": 2.0, "interface test": 1.0}, habit=1.0)
    own_system(ctx, people, rows, "automation")
    offer_tools(rows, BROWSER)
    screens = mix(
        people["key"][rows["account"]] ^ within(mix(rows["uid"], 341), 30).astype(np.uint64), 342
    )
    rows["image"], rows["shots"] = screens, 1
    return Batch(people=people, rows=rows)


def _pictures(ctx: Context) -> Batch:
    people = individuals(ctx.rng, ctx.accounts, ctx.window, clients={"phone": 0.8, "browser": 0.2})
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 1.0)
    ticks = sittings(ctx.rng, people, counts, ctx.window, turns=2)
    rows = dress(
        ctx,
        people,
        ticks,
        {"describe image": 2.0, "which button": 0.4, "chat": 1.0},
        follow="chat follow",
    )
    meme = chance(mix(rows["uid"], 343), 0.06)
    seen = np.where(
        meme, mix(within(mix(rows["uid"], 344), 200), ctx.world_seed), mix(rows["uid"], 345)
    )
    rows["image"], rows["shots"] = seen, np.where(rows["turn"] == 1, 1, 0)
    return Batch(people=people, rows=rows)


KINDS = (
    Kind(
        name="process automation", build=_robots, accounts=0.004, exchanges=0.02, least=3, block=200
    ),
    Kind(name="picture asker", build=_pictures, accounts=0.02, exchanges=0.01),
)
