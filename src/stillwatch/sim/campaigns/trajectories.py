"""Agentic trajectories: tasks with tools, many rollouts each, never a continued session."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.campaigns.technique import Order, Published, Technique
from stillwatch.sim.draw import mix, within
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.what.tools import TRAJECTORY

__all__ = ["TECHNIQUE"]

_STEP = (
    "\n\nEnvironment: reset {hex}\nGoal: {verb} the {data} of {rare} so that it can {verb} "
    "{data}. {task}\n"
    "Observation: {identifier}({data}) -> {number}; {error}{\n block?70}{block?50}{block?30}"
)
_CALL = (
    "Thought: {answer@row}. {passage@row} {passage@row?50}\nAction: "
    "{identifier@row}({data@row}={number@row})"
)


def _varied_accounts(order: Order, batch: Batch) -> None:
    """Several access pathways and account types in one operation."""
    people = batch.people
    mixed = within(mix(people["key"], 431), 10)
    people["tier"] = np.select([mixed < 3, mixed < 8, mixed < 9], [0, 1, 2], 3)  # noqa: PLR2004
    people["program"] = np.where(mixed == 9, 3, people["program"])  # noqa: PLR2004
    if order.evasion == "published":
        batch.rows["credential"] = within(mix(batch.rows["uid"], 432), 3)


TECHNIQUE = Technique(
    name="trajectory harvest",
    number=(10, 1),
    capabilities=("agentic", "tool_use", "coding"),
    published=Published(accounts=700, exchanges=3_400_000, days=60, decoys=0.05),
    texts={
        "fixed": Text(prompt="You can use many tools to do the task. Begin." + _STEP, answer=_CALL),
        "varied": Text(prompt="{p_agent@row}" + _STEP, answer=_CALL),
        "hidden": Text(
            prompt=(
                "{hello@row?20} {verb} the {data} in {rare}/{identifier} so that it can {verb} "
                "{data}. "
                "{task} {p_agent@row}"
            ),
            answer=_CALL,
        ),
    },
    systems={
        "fixed": (
            "You are an agent in a simulated environment. At each step give your thought, "
            "then one call. "
            "Never ask the user. Finish with `submit`."
        ),
        "varied": "You work on {subject} with tools. {claim}. {claim}. Be {tone}.",
    },
    tools=TRAJECTORY,
    rollouts=6,
    twist=_varied_accounts,
)
"""As Moonshot's campaign of February 2026: hundreds of accounts over several pathways."""
