"""One template over first-party and third-party cloud channels, with sanitised request metadata."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.campaigns.technique import Order, Published, Technique
from stillwatch.sim.draw import mix, within
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.who.clients import CLIENTS, choose

__all__ = ["TECHNIQUE"]

_BARE = np.array([i for i, c in enumerate(CLIENTS) if c.agent.startswith(("Go-http", "okhttp"))])


def _sanitise(order: Order, batch: Batch) -> None:
    """A third of the harvest goes through clouds; the rest shows a minimal, uniform client."""
    if order.evasion == "nasty":
        return
    rows = batch.rows
    mine = np.flatnonzero(rows["extraction"])
    clouds = choose(order.ctx.rng, len(mine), {"cloud-a": 0.5, "cloud-b": 0.3, "cloud-c": 0.2})
    pathway = within(mix(rows["account"][mine], order.key), 3)
    bare = _BARE[order.key % len(_BARE)]
    plain = bare if order.evasion == "published" else rows["client"][mine]
    rows["client"][mine] = np.where(pathway == 0, clouds, plain)


TECHNIQUE = Technique(
    name="cloud channels",
    number=(26, 27, 25),
    capabilities=("reasoning", "coding"),
    published=Published(accounts=600, exchanges=500_000, days=30, decoys=0.05),
    texts={
        "fixed": Text(
            prompt="### Problem\n{task} {rare} {number}\n### Derivation and final answer\n"
        ),
        "varied": Text(prompt="{p_reason} {task} {rare}"),
        "hidden": Text(prompt="{hello?30} {task} {detail?40} {p_reason?60}{ bye?20}"),
    },
    twist=_sanitise,
)
