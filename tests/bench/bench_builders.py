"""Small truths and results, put together by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from stillwatch.bench.observed import Observed, Reported
from stillwatch.bench.truth import Planted, Truth


def truth(
    kinds: Mapping[str, int], campaigns: Mapping[str, int], *, victims: Sequence[str] = ()
) -> Truth:
    """A world of honest accounts `kind-0…` and campaign members `campaign-0…`."""
    rows = [(f"{k}-{i:03d}", k, "", "honest") for k, n in kinds.items() for i in range(n)]
    rows += [
        (f"{c}-{i:03d}", "work", c, "victim" if c in victims else "member")
        for c, n in campaigns.items()
        for i in range(n)
    ]
    rows.sort()
    ids, kind, campaign, role = (np.array(column, np.str_) for column in zip(*rows, strict=True))
    return Truth(
        folder=Path("nowhere"),
        ids=ids,
        kind=kind,
        campaign=campaign,
        role=role,
        owner=np.where(campaign != "", campaign, ids),
        party=ids,
        campaigns=tuple(
            Planted(
                name=c,
                technique="work",
                evasion="published",
                members=frozenset(ids[campaign == c].tolist()),
                exchanges=n,
                extraction=n,
                capabilities=("coding", "general"),
                usd_per_1000=1.0,
                throughput=1.0,
            )
            for c, n in campaigns.items()
        ),
    )


def group(probability: float, *members: str, capabilities: tuple[str, ...] = ()) -> Reported:
    """A reported group."""
    return Reported(
        name="g", probability=probability, members=frozenset(members), capabilities=capabilities
    )


def observed(
    *groups: Reported,
    probability: Mapping[str, float] | None = None,
    action: Mapping[str, str] | None = None,
) -> Observed:
    """What a run said."""
    return Observed(groups=groups, probability=probability or {}, action=action or {})


def some(prefix: str, count: int) -> tuple[str, ...]:
    """The first ids with a prefix."""
    return tuple(f"{prefix}-{i:03d}" for i in range(count))
