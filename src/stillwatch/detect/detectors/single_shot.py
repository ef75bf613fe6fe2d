"""Accounts that never converse: one turn each time, always with the same settings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.matched import Peers, spoken, typical
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]

_AGREE = 0.2
_CEILING = 2.0
_ENOUGH = 10  # exchanges of an account
_APART = 100.0  # more than any log2 of a count: a way in is only compared with itself


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    constant, way = tables.once(_constant)
    size = _APART * way + np.log2(np.maximum(tables.totals["exchanges"], 1))
    peers = Peers.of(tables, constant, size)
    own = np.array([typical(peers.shares(group)) for group in groups])

    def reason(group: Group, share: float) -> str:
        usual = float(np.nanmedian(constant[group.accounts]))
        return (
            f"{usual:.0%} of the typical account's exchanges are single turns with one system text"
            f" and one set of parameters; {share:.1%} of customers of the same channel and tier,"
            " or of other groups, are as constant."
        )

    return spoken(groups, own, reason, agree=_AGREE, ceiling=_CEILING)


def _constant(tables: Tables) -> tuple[Floats, Floats]:
    """By account: share of single turns with the most common settings; number of its way in."""
    alone = "coalesce(turn, 1) = 1 AND coalesce(history_length, 0) = 0"
    rows = tables.engine.fetch(
        f"""SELECT account, CAST(sum(n) AS BIGINT) AS n, CAST(max(single) AS BIGINT) AS single,
                   min(channel) AS channel
            FROM (SELECT account, count(*) AS n, count(*) FILTER (WHERE {alone}) AS single,
                         min(channel) AS channel
                  FROM reading GROUP BY account, temperature, top_p, max_output_tokens, system)
            GROUP BY account"""
    )
    at = tables.place(rows["account"])
    constant = np.full(tables.accounts.num_rows, np.nan)
    n = rows["n"].to_numpy()
    constant[at] = np.where(n >= _ENOUGH, rows["single"].to_numpy() / n, np.nan)
    channel = np.full(len(constant), "", dtype=object)
    channel[at] = rows["channel"].to_pylist()
    tier = pc.fill_null(tables.accounts["tier"], "").to_pylist()
    ways = [f"{c or ''}/{t}" for c, t in zip(channel, tier, strict=True)]
    _, way = np.unique(np.array(ways, dtype=np.str_), return_inverse=True)
    return constant, way.astype(np.float64)


def _world(*, turns: int) -> Example:
    rng = np.random.default_rng(121)
    rows = []
    names = tuple(f"pool-{i}" for i in range(8))
    for name in [f"crowd-{i}" for i in range(80)] + list(names):
        most = turns if name in names else 4
        rows += sends(
            name,
            24,
            lambda _: phrase(rng, 1),
            rng=rng,
            turn=lambda i, most=most: 1 + i % most,
            temperature=0.7,
            channel="api",
        )
    return Example(exchanges=exchange_table([*rows, *crowd(rng, accounts=5)]), suspects=names)


def _fires() -> Example:
    return _world(turns=1)


def _silent() -> Example:
    return _world(turns=4)


DETECTOR = Detector(
    name="single_shot",
    family="structure",
    meaning="The typical account sends single turns only, with one system text and one setting.",
    null="Customers of the same channel and tier with about as many exchanges; and other groups.",
    columns=("turn",),
    look_alikes=(
        "pipelines and automation: as constant, and common on the same channel",
        "apps that send each question alone: their users are compared with one another",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
