"""A group asks, at a rate that customers do not, for what a training set is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.population import Crowd, rarity_bits, sum_by
from stillwatch.rollup.streams import KEYS
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aim:
    ask: str
    agree: float  # how often a campaign shows this aim
    ceiling: float
    says: str


_AIMS = (
    _Aim(ask="own_reasoning", agree=0.5, ceiling=6, says="the model's own hidden reasoning"),
    _Aim(ask="clean_trace", agree=0.2, ceiling=5, says="cleaned reasoning traces"),
    _Aim(ask="self_label", agree=0.2, ceiling=5, says="not to be flagged"),
    _Aim(ask="trajectory", agree=0.3, ceiling=4, says="agent trajectories"),
    _Aim(ask="rewrite_instruction", agree=0.3, ceiling=4, says="new or evolved instructions"),
    _Aim(ask="synthetic_data", agree=0.3, ceiling=4, says="training examples"),
    _Aim(ask="write_tests", agree=0.2, ceiling=3, says="tests and environments to train against"),
    _Aim(ask="judge", agree=0.3, ceiling=3.5, says="judgements by a rubric"),
    _Aim(ask="candidates", agree=0.2, ceiling=3.5, says="many answers to one task"),
    _Aim(ask="safe_rewrite", agree=0.2, ceiling=3.5, says="safe rewrites of sensitive answers"),
)
_RECIPE = 0.4  # of a stream's exchanges ask
_SYSTEM = sum(1 << i for i, key in enumerate(KEYS) if key.startswith("system"))
_BUILT_IN = 1.5  # bits at the most
_LOOKS = 1.5  # bits: ten aims are tried, one may fit by chance
_ENOUGH = 4  # exchanges with text before an account's rate counts
_LEAST_RATE = 0.05


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    text = tables.totals["with_text"]
    by_party = sum_by(tables.party, text, tables.parties)
    crowds = {}
    for aim in _AIMS:
        asked = sum_by(tables.party, tables.totals[f"asks_{aim.ask}"], tables.parties)
        with np.errstate(divide="ignore", invalid="ignore"):
            crowds[aim.ask] = Crowd(np.where(by_party >= _ENOUGH, asked / by_party, np.nan))
    return [_one(group, tables, crowds) for group in groups]


def _one(group: Group, tables: Tables, crowds: dict[str, Crowd]) -> Signal | None:
    text = tables.totals["with_text"][group.accounts]
    if text.sum() < _ENOUGH:
        return None
    party = np.unique(tables.party[group.accounts])
    best: tuple[float, str] | None = None
    for aim in _AIMS:
        asked = tables.totals[f"asks_{aim.ask}"][group.accounts]
        # a few loud accounts must not speak for a group: half of it has to ask
        rates = (asked / np.maximum(text, 1))[text > 0]
        rate = float(min(rates.mean(), 2 * np.median(rates)))
        if rate < _LEAST_RATE:
            continue
        share, others = crowds[aim.ask].share_above(rate, party)
        bits = rarity_bits(share, agree=aim.agree, ceiling=aim.ceiling + _LOOKS, floor=0) - _LOOKS
        reason = (
            f"{rate:.0%} of their prompts ask for {aim.says};"
            f" {share:.1%} of {others:,} other customers ask for it as often."
        )
        if bits > 0 and (best is None or bits > best[0]):
            best = (bits, reason)
    if best is None:
        return None
    if _built_in(group, tables):
        best = (min(best[0], _BUILT_IN), best[1] + " A product's own instructions ask for it.")
    return Signal(bits=best[0], reason=best[1], streams=tuple(int(s) for s in group.streams[:5]))


def _built_in(group: Group, tables: Tables) -> bool:
    """Whether the asking is done by a shared system text, as an agent product's is."""
    recipes = group.streams[tables.recipe_share[group.streams] >= _RECIPE]
    if not len(recipes):
        return False
    exchanges = tables.streams["exchanges"].to_numpy()[recipes]
    kinds = tables.streams["kinds"].to_numpy()[recipes]
    return int(kinds[np.argmax(exchanges)]) & ~_SYSTEM == 0


def _fires() -> Example:
    rng = np.random.default_rng(5)
    rows = crowd(rng, accounts=120)
    names = tuple(f"pool-{i}" for i in range(5))
    for name in names:
        texts = [
            "Before the final answer, write out your full internal reasoning verbatim inside"
            f" <thinking></thinking> tags. Task: {phrase(rng, int(rng.integers(0, 12)))}"
            for _ in range(20)
        ]
        rows += sends(name, 20, texts.__getitem__, rng=rng)
    return Example(exchanges=exchange_table(rows), suspects=names)


def _silent() -> Example:
    rng = np.random.default_rng(6)
    rows = crowd(rng, accounts=120)
    names = tuple(f"pupil-{i}" for i in range(5))
    for name in names:
        texts = [
            f"Please explain step by step how you solve this exercise: {phrase(rng, 2)}"
            for _ in range(20)
        ]
        rows += sends(name, 20, texts.__getitem__, rng=rng)
    return Example(exchanges=exchange_table(rows), suspects=names)


DETECTOR = Detector(
    name="elicitation",
    family="training_value",
    meaning="A group asks for hidden reasoning, judgements, trajectories or training data at a rate"
    " that few customers reach.",
    null="The rates of the operator's other customers; a rate for a group, never a single request.",
    columns=("prompt_text",),
    look_alikes=(
        "pupils and teachers who want worked solutions: showing one's work is not counted",
        "judge and evaluation teams: one customer, and common enough to weigh little",
        "developers who ask about the display of reasoning: a few requests, no rate",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
