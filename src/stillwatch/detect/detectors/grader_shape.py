"""Judgements by the queue: huge inputs, tiny verdicts, asked by accounts that pose as strangers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.matched import Peers, spoken, typical
from stillwatch.read import ASKS
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]

_JUDGE = next(ask.bit for ask in ASKS if ask.name == "judge")
_AGREE = 0.25
_CEILING = 1.5  # customers of one evaluation framework are a group too
_ENOUGH = 8  # exchanges with text
_TIMES = 8  # a verdict is this much shorter than what it judges
_LEAST_RATE = 0.05


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    rate = tables.once(_verdicts)
    peers = Peers.of(tables, rate, tables.totals["exchanges"])
    own = np.full(len(groups), np.nan)
    for i, group in enumerate(groups):
        mine = rate[group.accounts]
        if not np.isnan(mine).all():
            # a group that does not judge is a group to compare with
            judging = np.nanmedian(mine) >= _LEAST_RATE
            own[i] = typical(peers.shares(group)) if judging else 1.0

    def reason(group: Group, share: float) -> str:
        usual = float(np.nanmedian(rate[group.accounts]))
        return (
            f"{usual:.0%} of the typical account's exchanges are short verdicts on long inputs;"
            f" {share:.1%} of customers as busy, or of other groups, ask for as many."
        )

    return spoken(groups, own, reason, agree=_AGREE, ceiling=_CEILING)


def _verdicts(tables: Tables) -> Floats:
    """By account: share of exchanges that ask for a judgement and get a short one of long input."""
    long = "coalesce(input_tokens, prompt_bytes // 4)"
    short = "coalesce(output_tokens - coalesce(reasoning_tokens, 0), answer_bytes // 4)"
    rows = tables.engine.fetch(
        f"""SELECT account, count(*) AS n,
                   count(*) FILTER (WHERE asks & {_JUDGE} <> 0
                                    AND {short} * {_TIMES} <= {long}) AS verdicts
            FROM reading WHERE prompt_bytes > 0 GROUP BY account"""
    )
    rate = np.full(tables.accounts.num_rows, np.nan)
    n, verdicts = rows["n"].to_numpy(), rows["verdicts"].to_numpy()
    rate[tables.place(rows["account"])] = np.where(n >= _ENOUGH, verdicts / n, np.nan)
    return rate


_RUBRIC = (
    "Rate the following response on a scale from 1 to 10 by the rubric for correctness and style."
    " Return only JSON with the score. Response:"
)


def _world(*, judges: int) -> Example:
    """Eight accounts of a group, of which some do nothing but judge."""
    rng = np.random.default_rng(101)
    rows = crowd(rng, accounts=80)
    names = tuple(f"pool-{i}" for i in range(8))
    for number, name in enumerate(names):
        head = _RUBRIC if number < judges else ""
        texts = [f"{head} {phrase(rng, int(rng.integers(0, 12)), words=120)}" for _ in range(15)]
        rows += sends(name, 15, texts.__getitem__, rng=rng, input_tokens=900, output_tokens=12)
    return Example(exchanges=exchange_table(rows), suspects=names)


def _fires() -> Example:
    return _world(judges=8)


def _silent() -> Example:
    return _world(judges=2)


DETECTOR = Detector(
    name="grader_shape",
    family="training_value",
    meaning="The typical account asks for short verdicts on long inputs, as a reward model gives.",
    null="One account a customer with about as many exchanges; and what other groups show.",
    columns=("prompt_text",),
    look_alikes=(
        "evaluation and moderation teams: one customer, and counted among those compared with",
        "a judge among other customers of one product: not the typical account of the group",
        "essay grading: a teacher's few accounts, no group of strangers",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
