"""Programme abuse: education and research credits burnt at industrial pace."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.campaigns.technique import Order, Published, Technique
from stillwatch.sim.draw import mix, within
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.who.marks import COMPANIES, SCHOOLS

__all__ = ["TECHNIQUE"]


def _enrol(order: Order, batch: Batch) -> None:
    """Accounts pose as students, laboratories and start-ups of a handful of names."""
    people = batch.people
    which = within(mix(people["key"], 501), 3)
    people["program"], people["tier"] = which + 1, 3
    if order.evasion == "published":
        names = np.concatenate([SCHOOLS[order.key % 40 :][:2], COMPANIES[order.key % 900 :][:2]])
        people["domain"] = names[within(mix(people["key"], 502), len(names))]
        people["verification"] = 2


TECHNIQUE = Technique(
    name="programme abuse",
    number=(18,),
    capabilities=("reasoning", "general"),
    published=Published(accounts=180, exchanges=90_000, days=25, decoys=0.05),
    texts={
        "fixed": Text(
            prompt="Question {number} of the corpus. {task} Explain fully, then answer. {rare}"
        ),
        "varied": Text(prompt="{p_reason} {task} {rare}"),
        "hidden": Text(prompt="{hello?30} {task} {detail?50} {p_reason}{ bye?20}"),
    },
    twist=_enrol,
)
