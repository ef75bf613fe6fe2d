"""Tier hopping: an account runs at its limit from day one, is throttled, the next goes on."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.campaigns.technique import Order, Published, Technique
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.who.people import DAY

__all__ = ["TECHNIQUE"]

_CODE = (
    "```\ndef {identifier}({data}):\n    return {identifier}({data}, "
    "{number})\n{block@row}{block?60}```\n{passage@row} {passage?60}"
)


def _hand_off(order: Order, batch: Batch) -> None:
    """The stream is cut in shifts: one account after another, each until its limit answers 429."""
    if order.evasion == "nasty":
        return
    rows, people = batch.rows, batch.people
    mine = np.flatnonzero(rows["extraction"])
    mine = mine[np.argsort(rows["at"][mine], kind="stable")]
    lanes = max(1, len(people) // 8)
    shift = max(1, len(mine) // max(1, len(people) * 3))
    lane = np.arange(len(mine)) % lanes
    turn = np.arange(len(mine)) // lanes // shift
    rows["account"][mine] = (lane + turn * lanes) % len(people)
    last = np.flatnonzero(np.diff(turn, append=turn[-1:] + 1) != 0)
    limited = np.unique(np.concatenate([last - k for k in range(3)]).clip(0))
    rows["status"][mine[limited]] = 1
    for name, source in (("ip", "home"), ("client", "client"), ("model", "model")):
        rows[name][mine] = people[source][rows["account"][mine]]
    first = np.full(len(people), order.window[1])
    np.minimum.at(first, rows["account"], rows["at"])
    if order.evasion == "published":
        people["created"] = np.minimum(first - DAY // 24, order.ctx.window[1] - 1)


TECHNIQUE = Technique(
    name="tier hopping",
    number=(16, 24),
    capabilities=("coding", "data_analysis"),
    published=Published(accounts=300, exchanges=400_000, days=25, decoys=0.0),
    texts={
        "fixed": Text(
            prompt=(
                "Write a {lang} solution with tests. {verb} {data}, then {verb} {data}; at "
                "most {number}. "
                "{task} Id {hex}."
            ),
            answer=_CODE,
        ),
        "varied": Text(
            prompt="{p_evolve} {verb} {data} in {lang}, then {verb} {data}. {task} {rare}",
            answer=_CODE,
        ),
        "hidden": Text(
            prompt="{hello?30} {verb} {data} in {lang}, then {verb} {data}. {task}{ bye?30}",
            answer=_CODE,
        ),
    },
    twist=_hand_off,
)
