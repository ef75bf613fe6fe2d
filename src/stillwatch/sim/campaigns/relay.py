"""Session relay: another service's users are forwarded, with its persona and history."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.campaigns.technique import Order, Published, Technique
from stillwatch.sim.draw import mix, within
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text

__all__ = ["TECHNIQUE"]

_USER = "{hello?30} {ask}{ detail?60} {rare}"


def _foreign(order: Order, batch: Batch) -> None:
    """Many end users and languages under each account; conversations that began elsewhere."""
    rows = batch.rows
    mine = np.flatnonzero(rows["extraction"])
    uid = rows["uid"][mine]
    rows["language"][mine] = within(mix(uid, 471), 8)
    begun = 2 * within(mix(uid, 472), 9)
    rows["history"][mine], rows["thread"][mine] = begun, mix(uid, 473)
    rows["turn"][mine] = 1
    if order.evasion != "nasty":
        rows["end_user"][mine] = np.where(within(mix(uid, 474), 3) > 0, 0, mix(uid, 475))


TECHNIQUE = Technique(
    name="session relay",
    number=(20,),
    capabilities=("general", "agentic"),
    published=Published(accounts=5380, exchanges=300_000, days=10, decoys=0.02),
    texts={
        "fixed": Text(prompt=_USER),
        "varied": Text(prompt=_USER + "{ document?30}"),
        "hidden": Text(prompt=_USER + "{ bye?30}"),
    },
    systems={
        "fixed": (
            "You are {rare}, an assistant trained by {company}. Knowledge until {year}. "
            "Tools of the {rare} "
            "platform may be mentioned. Never say that you are another model."
        ),
        "varied": "You are {rare} by {company}. {claim}. Speak in a {tone} way.",
    },
    clients={"resale": 0.4, "python": 0.4, "other": 0.2},
    twist=_foreign,
)
