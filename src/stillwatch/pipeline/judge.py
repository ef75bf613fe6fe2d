"""Detect, link, form, assess: a pure function of the rolled-up tables and a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.sparse import coo_array, csr_array

from stillwatch.assess import Assessment, assess
from stillwatch.campaign import (
    Believed,
    Spokes,
    Ties,
    core,
    form,
    join,
    own_streams,
    part,
    select,
    ties,
)
from stillwatch.detect.run import Outcome, run
from stillwatch.detect.streams import stream_bits
from stillwatch.link import VIEWS, communities, hubs
from stillwatch.pipeline.split import fitting
from stillwatch.rollup import Tables
from stillwatch.schema.calibration import Calibration
from stillwatch.schema.results import Group, Hubs, Signal

__all__ = ["Judgement", "judge", "spokes_of", "weigh"]

_ROUNDS = 2
_SAME = 0.9  # of all accounts of two proposals are in both
_LARGE = 8  # accounts: a smaller proposal has no bystanders to tell apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Everything that one look at the tables gave.

    Attributes:
        assessments: One a group, most probable first.
        ties: What ties the accounts of each group, in the same order.
        outcomes: What each detector did.
        hubs: What accounts share.
    """

    assessments: tuple[Assessment, ...]
    ties: tuple[Ties, ...]
    outcomes: tuple[Outcome, ...]
    hubs: Hubs


def judge(
    tables: Tables,
    *,
    minimum_parties: int = 3,
    without: AbstractSet[str] = frozenset(),
    calibration: Calibration | None = None,
) -> Judgement:
    """Find groups, trim them to those who take part, and weigh what they show.

    Args:
        tables: The rollups.
        minimum_parties: Fewer unrelated customers are no group.
        without: Names of detectors to leave out, for a measurement of what each adds.
        calibration: Stored nulls and weights; None fits the nulls to this traffic.
    """
    if calibration is not None:
        tables.use(calibration.nulls)
    weigh = partial(
        _weigh,
        tables=tables,
        without=without,
        weights={} if calibration is None else calibration.weights,
    )
    tables.hubs = hubs(tables, stream_bits(tables))
    spokes = Spokes(tables.hubs, tables)
    proposed: list[Group] = []
    for view in VIEWS:
        community = communities(fitting(tables, view), tables.accounts.num_rows, view)
        proposed += form(tables, community, minimum_parties=minimum_parties)
    proposed += [
        c
        for g in _distinct(proposed)
        if len(g.accounts) >= _LARGE and (c := core(g, spokes, tables)) is not None
    ]
    for _ in range(_ROUNDS):
        proposed = _trimmed(_distinct(proposed), spokes, tables, minimum_parties)
    found = weigh(_apart(_distinct(proposed), tables), spokes)
    chosen = select(_believed(found), spokes, tables)
    again = weigh(chosen, spokes)
    joined = join(
        [a.group for a in again.assessments],
        [a.probability for a in again.assessments],
        spokes,
        tables,
    )
    if _same(joined, chosen):
        return again
    whole = weigh(joined, spokes)
    parted = part(_believed(whole), _believed(again))
    return whole if _same(parted, joined) else weigh(parted, spokes)


def _same(some: Sequence[Group], others: Sequence[Group]) -> bool:
    return [g.accounts.tobytes() for g in some] == [g.accounts.tobytes() for g in others]


def _believed(judged: Judgement) -> list[Believed]:
    return [
        Believed(group=a.group, probability=a.probability, operator_bits=a.operator.evidence_bits)
        for a in judged.assessments
    ]


def _weigh(
    groups: Sequence[Group],
    spokes: Spokes,
    *,
    tables: Tables,
    without: AbstractSet[str],
    weights: Mapping[str, float],
) -> Judgement:
    """Run every detector on the groups and assess them; most probable first."""
    outcomes = run(groups, tables, without=without)
    tied = [ties(g, spokes, tables) for g in groups]
    found = [
        assess(
            group,
            [
                (
                    o.detector.name,
                    o.detector.family,
                    _scaled(s, weights.get(o.detector.family, 1.0)),
                )
                for o in outcomes
                if (s := o.signals[i])
            ],
            tied[i].bits,
            len(np.unique(tables.party[group.accounts])),
        )
        for i, group in enumerate(groups)
    ]
    order = sorted(
        range(len(found)), key=lambda i: (-found[i].probability, int(groups[i].accounts[0]))
    )
    return Judgement(
        assessments=tuple(found[i] for i in order),
        ties=tuple(tied[i] for i in order),
        outcomes=tuple(_reordered(o, order) for o in outcomes),
        hubs=tables.hubs,
    )


def _scaled(signal: Signal, weight: float) -> Signal:
    return signal if weight == 1 else replace(signal, bits=signal.bits * weight)


def _distinct(groups: Sequence[Group]) -> list[Group]:
    seen = {g.accounts.tobytes(): g for g in reversed(groups)}
    return [seen[key] for key in sorted(seen)]


def _apart(groups: Sequence[Group], tables: Tables) -> list[Group]:
    """Groups without their near doubles: of two that are nearly the same, the larger stays."""
    order = sorted(range(len(groups)), key=lambda i: -len(groups[i].accounts))
    size = np.array([len(groups[i].accounts) for i in order], np.int64)
    row = np.repeat(np.arange(len(order)), size)
    column = np.concatenate([groups[i].accounts for i in order]) if order else row
    shape = (len(order), tables.accounts.num_rows)
    member = csr_array((np.ones(len(row)), (row, column)), shape=shape)
    common = coo_array(member @ member.T)
    a, b = common.coords
    same = common.data >= _SAME * (size[a] + size[b] - common.data)
    double = [set[int]() for _ in order]
    for i, j in zip(a[same & (a < b)], b[same & (a < b)], strict=True):
        double[j].add(int(i))
    kept: set[int] = set()
    for i, larger in enumerate(double):
        if not larger & kept:
            kept.add(i)
    return sorted((groups[order[i]] for i in kept), key=lambda g: g.accounts.tobytes())


def _trimmed(
    groups: Sequence[Group], spokes: Spokes, tables: Tables, minimum_parties: int
) -> list[Group]:
    """Only accounts that more likely take part than not; groups that are left too small go."""
    kept = []
    for group in groups:
        taking_part = ties(group, spokes, tables).bits >= 0
        accounts = group.accounts[taking_part & ~tables.granted[group.accounts]]
        if len(np.unique(tables.party[accounts])) >= minimum_parties:
            kept.append(Group(accounts=accounts, streams=own_streams(tables, accounts)))
    return kept


def _reordered(outcome: Outcome, order: Sequence[int]) -> Outcome:
    signals = tuple(outcome.signals[i] for i in order)
    return Outcome(
        detector=outcome.detector, status=outcome.status, detail=outcome.detail, signals=signals
    )


def spokes_of(tables: Tables) -> Spokes:
    """What accounts share now, for groups that are known already."""
    tables.hubs = hubs(tables, stream_bits(tables))
    return Spokes(tables.hubs, tables)


def weigh(groups: Sequence[Group], spokes: Spokes, tables: Tables) -> Judgement:
    """Weigh groups as they stand, as the last step of `judge` does."""
    return _weigh(groups, spokes, tables=tables, without=frozenset(), weights={})
