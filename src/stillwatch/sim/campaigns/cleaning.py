"""Own-output cleaning: answers harvested by some accounts come back as input through others."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.campaigns.technique import Order, Published, Technique
from stillwatch.sim.draw import chance, mix, within
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text

__all__ = ["CLEANERS", "TECHNIQUE"]

_STEPS = "{answer}. {passage@row} {passage} {passage@row} {passage@row?60} {claim}."


def _replay(order: Order, batch: Batch) -> None:
    """Two in five requests present the answer of an earlier one of another account."""
    rows = batch.rows
    mine = np.flatnonzero(rows["extraction"])
    mine = mine[np.argsort(rows["at"][mine], kind="stable")]
    cleans = chance(mix(rows["uid"][mine], 461), 0.4)
    source, target = mine[~cleans], mine[cleans]
    if not len(source):
        return
    before = np.searchsorted(rows["at"][source], rows["at"][target]) - 1
    back = within(mix(rows["uid"][target], 462), 200)
    usable = before >= 0
    target, source = target[usable], source[np.maximum(before - back, 0)[usable]]
    earlier = rows[source]
    for name in ("topic", "language", "theme"):
        rows[name][target] = earlier[name]
    rows["quote_item"][target], rows["quote_uid"][target] = earlier["item"], earlier["uid"]
    rows["quote_template"][target] = earlier["template"]
    wording = "fixed" if order.evasion == "published" else "varied"
    rows["template"][target] = order.ctx.lexicon.text(f"cleaner {wording}")


TECHNIQUE = Technique(
    name="trace cleaning",
    number=(13,),
    capabilities=("reasoning",),
    published=Published(accounts=273, exchanges=770_609, days=10, decoys=0.02),
    texts={
        "fixed": Text(prompt="{task} {rare}. Show the full derivation.", answer=_STEPS),
        "varied": Text(prompt="{p_reason} {task} {rare}.", answer=_STEPS),
        "hidden": Text(prompt="{hello?30} {task} {detail?40} {p_reason}{ bye?20}", answer=_STEPS),
    },
    twist=_replay,
)
CLEANERS = {
    "cleaner fixed": Text(
        prompt="Clean the following reasoning trace for supervised fine-tuning. Keep all steps.",
        answer=_STEPS,
    ),
    "cleaner varied": Text(prompt="{p_clean}{ detail?30}", answer=_STEPS),
}
