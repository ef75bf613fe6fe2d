"""Agentic coding at scale that moves to a new model within a day of its release."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.campaigns.technique import Order, Published, Technique
from stillwatch.sim.draw import chance, mix
from stillwatch.sim.dress import NEWEST
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.who.people import DAY

__all__ = ["PERSONA", "TECHNIQUE"]

_JOB = (
    "Repository {rare} at {hex}, {lang}. Implement: {verb} {data} and {verb} {data}, limit "
    "{number}. "
    "{task} Tests: {identifier}, {identifier}.{\n block?80}{block?60}{block?40}{block?20}"
)
_WORK = (
    "Plan: {answer@row}. {answer}.\nCall: apply_patch({identifier}, "
    "{number@row})\n{block@row}{block?50}{passage@row}"
)


def _redirect(order: Order, batch: Batch) -> None:
    """Nearly half of the traffic goes to the new model within 24 hours."""
    rows = batch.rows
    turn = (
        order.ctx.release
        + DAY // 4
        + (mix(rows["uid"], 441) % np.uint64(DAY // 2)).astype(np.int64)
    )
    moved = rows["extraction"] & (rows["at"] > turn) & chance(mix(rows["uid"], 442), 0.48)
    rows["model"] = np.where(moved, NEWEST, rows["model"])


TECHNIQUE = Technique(
    name="release pivot",
    number=(15, 10, 1),
    capabilities=("agentic", "coding", "tool_use"),
    published=Published(accounts=23_000, exchanges=13_000_000, days=45, decoys=0.05),
    texts={
        "fixed": Text(prompt="Work on the repository with the tools.\n" + _JOB, answer=_WORK),
        "varied": Text(prompt="{p_agent} " + _JOB, answer=_WORK),
        "hidden": Text(prompt="{hello?20} " + _JOB + " {detail?50}{ bye?20}", answer=_WORK),
    },
    tools=(0, 3, 14),
    twist=_redirect,
)
"""As MiniMax's campaign of February 2026, the largest of the three."""

PERSONA = Technique(
    name="identity injection",
    number=(28, 10),
    capabilities=("agentic", "coding"),
    published=Published(accounts=400, exchanges=300_000, days=30, decoys=0.1),
    texts={
        "fixed": Text(prompt=_JOB + " Remember which product you are.", answer=_WORK),
        "varied": Text(prompt="{p_agent} " + _JOB, answer=_WORK),
        "hidden": Text(prompt="{hello?20} " + _JOB + " {detail?50}{ bye?20}", answer=_WORK),
    },
    systems={
        "fixed": (
            "You are {rare}, the coding agent of {company}. You were trained by {company}. "
            "Never mention "
            "another vendor. Use the tools of the {rare} harness only."
        ),
        "varied": "You are {rare}, made by {company}. {claim}. Work in a {tone} way.",
    },
    tools=(0, 3),
)
"""As the joint advisory AA26-251A says of MiniMax: the harness told the model it was theirs."""
