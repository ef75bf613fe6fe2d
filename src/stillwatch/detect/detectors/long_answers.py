"""Accounts that are answered at much greater length than others are for prompts as long."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.matched import Peers, spoken, typical
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]

_AGREE = 0.12
_CEILING = 1.5  # a firm whose product writes long texts has them, too: alone they name nobody
_ENOUGH = 10  # answered exchanges of an account
_STEPS = 1024  # a logarithm as an integer, so that sums do not depend on the order of rows
_LENGTHS = 24  # classes of prompt length, powers of two


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    excess = tables.once(_excess)
    peers = Peers.of(tables, excess, tables.totals["exchanges"])
    own = np.array([typical(peers.shares(group)) for group in groups])

    def reason(group: Group, share: float) -> str:
        times = float(2 ** np.nanmedian(excess[group.accounts]))
        return (
            f"the typical account's answers are {times:.1f} times as long as others get for prompts"
            f" as long; {share:.1%} of customers as busy, or of other groups, get as long ones."
        )

    return spoken(groups, own, reason, agree=_AGREE, ceiling=_CEILING)


def _excess(tables: Tables) -> Floats:
    """By account: mean log2 of answer length over what the median account gets."""
    length = "coalesce(output_tokens, (answer_bytes + coalesce(reasoning_bytes, 0)) // 4)"
    rows = tables.engine.fetch(
        f"""SELECT account, count(*) AS n,
                   CAST(least(floor(log2(1 + prompt_bytes)), {_LENGTHS - 1}) AS BIGINT) AS class,
                   CAST(sum(CAST(round({_STEPS} * log2(1 + {length})) AS BIGINT)) AS BIGINT)
                       AS total
            FROM reading WHERE prompt_bytes > 0 AND {length} > 0
            GROUP BY account, class"""
    )
    at, kind = tables.place(rows["account"]), rows["class"].to_numpy()
    n, total = rows["n"].to_numpy().astype(float), rows["total"].to_numpy() / _STEPS
    usual = np.zeros(_LENGTHS)
    for one in np.unique(kind):
        usual[one] = np.median((total / n)[kind == one])
    accounts = tables.accounts.num_rows
    sent = np.zeros(accounts)
    over = np.zeros(accounts)
    order = np.lexsort((kind, at))
    np.add.at(sent, at[order], n[order])
    np.add.at(over, at[order], (total - n * usual[kind])[order])
    return np.where(sent >= _ENOUGH, over / np.maximum(sent, 1), np.nan)


def _world(*, tokens: int) -> Example:
    rng = np.random.default_rng(131)
    rows = crowd(rng, accounts=100, each=30)
    names = tuple(f"pool-{i}" for i in range(8))
    for row in rows:
        row["output_tokens"] = int(rng.lognormal(5, 0.7))
    for name in names:
        rows += sends(
            name,
            20,
            lambda _: phrase(rng, 1),
            rng=rng,
            output_tokens=lambda _: int(rng.lognormal(np.log(tokens), 0.7)),
        )
    return Example(exchanges=exchange_table(rows), suspects=names)


def _fires() -> Example:
    return _world(tokens=2000)


def _silent() -> Example:
    return _world(tokens=150)


DETECTOR = Detector(
    name="long_answers",
    family="volume",
    meaning="The typical account is answered at greater length than others for prompts as long.",
    null="One account a customer with about as many exchanges, by length of prompt; other groups.",
    columns=("prompt_text", "output_tokens"),
    look_alikes=(
        "writers and coding agents: common among customers as busy",
        "a model that answers at length: everybody gets long answers",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
