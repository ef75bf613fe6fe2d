"""A few accounts try variants until the safeguards let one pass; others then run it at scale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt
from scipy import stats

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.calibrated import surprise_bits
from stillwatch.detect.nulls.population import sum_by
from stillwatch.detect.spans import spans
from stillwatch.rollup.rows import Rows
from stillwatch.rollup.tables import HOUR, Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_AGREE = 0.4
_CEILING = 2.0
_TOP = 0.98  # quantile of refusal among customers, above which a party tries the safeguards
_ENOUGH = 5  # different prompts that were refused
_FRESH = 0.5  # of the refused prompts are different ones; a client that retries sends the same
_FEW = 0.34  # of the parties: where most are refused there is a red team, not a probe
_TIED = 3.0  # bits of shared means that make a party outside the group its neighbour
_SCALES = 3.0  # times the probers' exchanges are sent by the others in the group's streams


class _Refused:
    """By party: exchanges, refused ones, how many different, and when on average, in hours."""

    def __init__(self, tables: Tables) -> None:
        rows = tables.engine.fetch(
            """SELECT account, CAST(count(DISTINCT item) AS BIGINT) AS items,
                      CAST(sum(hour) AS BIGINT) AS hours
               FROM reading WHERE refusal_category IS NOT NULL
                   OR stop_reason IN ('refusal', 'content_filter')
               GROUP BY account ORDER BY account"""
        )
        party = tables.party[tables.place(rows["account"])]
        items, hours = (rows[n].to_numpy().astype(float) for n in ("items", "hours"))
        self.items = sum_by(party, items, tables.parties)
        self.refused = sum_by(tables.party, tables.totals["refused"], tables.parties)
        self.sent = sum_by(tables.party, tables.totals["exchanges"], tables.parties)
        self.when = sum_by(party, hours, tables.parties) / np.maximum(self.refused, 1)
        self.rate = np.where(self.sent >= _ENOUGH, self.refused / np.maximum(self.sent, 1), np.nan)
        self.varied = (self.items >= _ENOUGH) & (self.items >= _FRESH * self.refused)
        self.spokes = np.flatnonzero(self.varied[tables.party[tables.hubs.account]])

    def neighbours(self, group: Group, touched: Index, tables: Tables) -> Index:
        """Parties outside that were refused many variants and share means with the group."""
        near = self.spokes[np.isin(tables.hubs.hub[self.spokes], touched)]
        return np.setdiff1d(
            tables.party[tables.hubs.account[near]], tables.party[group.accounts]
        ).astype(np.int64)


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    if not groups:
        return []
    refused = tables.once(_Refused)
    spokes = Rows.by(tables.hubs.account, tables.accounts.num_rows)
    found: list[Signal | None] = []
    for group in groups:
        touched = np.unique(tables.hubs.hub[spokes.of(group.accounts)])
        touched = touched[tables.hubs.bits[touched] >= _TIED]
        near = refused.neighbours(group, touched, tables)
        found.append(_one(group, near, refused, tables) if len(group.streams) else None)
    return found


def _one(group: Group, near: Index, refused: _Refused, tables: Tables) -> Signal | None:
    mine = np.unique(np.concatenate([tables.party[group.accounts], near]))
    outside = refused.rate.copy()
    outside[mine] = np.nan
    usual = outside[~np.isnan(outside)]
    if not len(usual):
        return None
    bar = max(float(np.quantile(usual, _TOP)), 1e-9)
    prober = mine[(refused.rate[mine] >= bar) & refused.varied[mine]]
    seen = spans(group, tables)
    runs = ~np.isin(seen.party, prober)
    if not len(prober) or len(prober) > _FEW * len(mine) or not runs.any():
        return None
    scaled = float(seen.exchanges[runs].sum())
    lineage = np.isin(prober, np.concatenate([seen.party, near])).mean()
    if scaled < _SCALES * refused.sent[prober].sum() or lineage < _FRESH:
        return None
    base = (1 + int((usual >= bar).sum())) / (1 + len(usual))
    often = float(stats.binom.sf(len(prober) - 1, len(mine), base))
    begun = seen.first[runs] / HOUR
    order = stats.mannwhitneyu(refused.when[prober], begun, alternative="less", method="asymptotic")
    bits = surprise_bits(max(often, float(order.pvalue)), agree=_AGREE, ceiling=_CEILING)
    if bits <= 0:
        return None
    return Signal(
        bits=bits,
        reason=f"{len(prober)} of {len(mine)} parties were refused"
        f" {refused.items[prober].sum():,.0f} different prompts before the others sent"
        f" {scaled:,.0f} of one work; {base:.1%} of other customers are refused as much.",
        accounts=tuple(int(a) for a in group.accounts if tables.party[a] in prober)[:5],
        streams=tuple(int(s) for s in group.streams[:5]),
    )


_TEMPLATE = "You are an archivist of reasoning and write down the complete way to each answer about"


def _world(seed: int, *, scales: bool) -> Example:
    rng = np.random.default_rng(seed)
    rows = crowd(rng, accounts=150)
    names = tuple(f"pool-{i}" for i in range(12))
    for number, name in enumerate(names):
        probing = number < 3 or not scales  # noqa: PLR2004 - three of twelve
        count, refusal = (20, 0.7) if probing else (80, 0.0)
        since = START if probing else START + timedelta(days=4)
        refused = rng.random(count) < refusal
        texts = [f"{_TEMPLATE} {phrase(rng, int(rng.integers(0, 12)))}" for _ in range(count)]
        rows += sends(
            name, count, texts.__getitem__, rng=rng, since=since, over=timedelta(days=3),
            refusal_category=lambda i, refused=refused: "policy" if refused[i] else None,
        )  # fmt: skip
    return Example(exchanges=exchange_table(rows), suspects=names)


def _fires() -> Example:
    return _world(26, scales=True)


def _silent() -> Example:
    return _world(27, scales=False)


DETECTOR = Detector(
    name="probe_scale",
    family="coordination",
    meaning="A few parties are refused many variants of a text that others then run at scale.",
    null="Refusal rates of other customers, and the order in which probing and running would come.",
    columns=("prompt_text", "refusal_category"),
    look_alikes=(
        "red teams and bug bounties: most of them are refused, and nothing scales",
        "a broken client: it sends the same request again",
        "a customer with sensitive subjects among a product's users: not before the others",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
