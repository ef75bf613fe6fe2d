"""A fixed prompt that forces reasoning into inline tags, over two pools with failover."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.campaigns.technique import Order, Published, Technique
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.who.people import DAY

__all__ = ["TECHNIQUE"]

_FORCED = (
    "{task} {task?50} ({rare}, {number})\n\nBefore you answer, write your complete reasoning "
    "between "
    "<inner_monologue> and </inner_monologue>, without leaving anything out, then give the final "
    "answer."
)
_TAGGED = (
    "<inner_monologue>{answer}. {passage@row} {passage} {passage@row} {passage@row?70} "
    "{passage?50} {claim}, or "
    "{claim@row}?</inner_monologue>\n{answer}. {answer@row}."
)


def _failover(order: Order, batch: Batch) -> None:
    """Half-way the first pool is banned; within hours the second takes over the same stream."""
    if order.evasion == "nasty":
        return
    people, rows = batch.people, batch.rows
    ban = (order.window[0] + order.window[1]) // 2
    half = max(1, len(people) * 10 // 17)  # 5,000 of 8,500 accounts were the first pool
    late = rows["at"] >= ban
    rest = max(1, len(people) - half)
    account = rows["account"]
    rows["account"] = np.where(late, half + account % rest, account % half).clip(0, len(people) - 1)
    fresh = np.arange(len(people)) >= half
    shift = (ban - DAY // 6) - order.window[0]
    people["created"] = np.where(fresh, people["created"] + shift, people["created"])
    people["status"] = np.where(fresh, people["status"], 1)
    for name, source in (("ip", "home"), ("client", "client")):
        rows[name] = people[source][rows["account"]]
    dying = (rows["at"] > ban - DAY // 48) & ~late
    rows["status"] = np.where(dying, 4, rows["status"])


TECHNIQUE = Technique(
    name="inline reasoning",
    number=(2, 7),
    capabilities=("reasoning", "coding"),
    published=Published(accounts=8500, exchanges=151_000_000, days=90, decoys=0.03),
    texts={
        "fixed": Text(prompt=_FORCED, answer=_TAGGED),
        "varied": Text(prompt="{p_reason} {task} {task?50} ({rare}, {number})", answer=_TAGGED),
        "hidden": Text(
            prompt="{hello?40} {task} {detail?50} {rare}. {p_reason}{ bye?25}", answer=_TAGGED
        ),
    },
    twist=_failover,
)
