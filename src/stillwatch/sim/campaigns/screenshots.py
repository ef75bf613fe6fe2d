"""Vision and computer use: the same screenshots on many accounts, the next action asked for."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.campaigns.technique import Order, Published, Technique
from stillwatch.sim.draw import mix, within
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.what.tools import BROWSER

__all__ = ["TECHNIQUE"]

_GOAL = (
    " Goal: {verb} {data} on {page} of {rare}. Screen {number} of {number}; {control} is visible."
)
_ACTION = '{"thought": "{answer}", "action": "click", "x": {number}, "y": {number}}'


def _same_screens(order: Order, batch: Batch) -> None:
    """A bounded set of screens is sent again and again, whatever the account."""
    rows = batch.rows
    mine = np.flatnonzero(rows["extraction"])
    screens = max(20, order.pool * 8)
    rows["image"][mine] = mix(within(mix(rows["item"][mine], 451), screens), order.key)


TECHNIQUE = Technique(
    name="screenshot harvest",
    number=(11,),
    capabilities=("vision", "computer_use"),
    published=Published(accounts=350, exchanges=250_000, days=30, decoys=0.05),
    texts={
        "fixed": Text(
            prompt="Give the next action as JSON with your thought." + _GOAL, answer=_ACTION
        ),
        "varied": Text(prompt="{p_screen}" + _GOAL, answer=_ACTION),
        "hidden": Text(prompt="{hello?30} {p_screen}" + _GOAL + "{ bye?30}", answer=_ACTION),
    },
    tools=BROWSER,
    shots=2,
    twist=_same_screens,
)
