"""What a run says, in the form that is held against the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from stillwatch.pipeline.judge import Judgement
from stillwatch.pipeline.run import Run
from stillwatch.rollup import Tables

__all__ = ["Observed", "Reported", "observe", "observe_judgement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A group that a method speaks of.

    Attributes:
        name: Its id.
        probability: That it is a campaign, 0..1 (of a baseline: any score, larger is likelier).
        members: Account ids.
        capabilities: What it is said to aim at.
        detected_at: When it could first be seen, or None where nobody looked.
    """

    name: str
    probability: float
    members: frozenset[str]
    capabilities: tuple[str, ...] = ()
    detected_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Groups and accounts with their probabilities.

    Attributes:
        groups: Groups at or above the threshold of reporting.
        probability: By account id, of serving a campaign; absent means none was given.
        action: By account id, what is recommended.
    """

    groups: tuple[Reported, ...]
    probability: Mapping[str, float]
    action: Mapping[str, str]


def observe(run: Run, *, moments: bool = True) -> Observed:
    """The results of a run.

    Args:
        run: What it gave.
        moments: Whether it looked for the moment at which each campaign was first seen.
    """
    members: dict[str, set[str]] = {}
    for row in run.members.select(["campaign_id", "account_id"]).to_pylist():
        members.setdefault(row["campaign_id"], set()).add(row["account_id"])
    groups = tuple(
        Reported(
            name=row["campaign_id"],
            probability=row["probability"],
            members=frozenset(members[row["campaign_id"]]),
            capabilities=tuple(row["capabilities"]),
            detected_at=row["detected_at"] if moments else None,
        )
        for row in run.campaigns.drop_columns(["summary"]).to_pylist()
    )
    accounts = run.accounts.select(["account_id", "probability", "recommended_action"]).to_pylist()
    return Observed(
        groups=groups,
        probability={row["account_id"]: row["probability"] for row in accounts},
        action={row["account_id"]: row["recommended_action"] for row in accounts},
    )


def observe_judgement(judged: Judgement, tables: Tables) -> Observed:
    """Every group that was judged, whatever its probability; no moments, aims or actions."""
    best = np.zeros(tables.accounts.num_rows)
    groups = []
    for number, a in enumerate(judged.assessments):
        np.maximum.at(best, a.group.accounts, a.member_probability)
        members = frozenset(tables.ids[i] for i in a.group.accounts)
        groups.append(Reported(name=f"{number}", probability=a.probability, members=members))
    known = np.flatnonzero(best > 0)
    return Observed(
        groups=tuple(groups),
        probability={tables.ids[i]: float(best[i]) for i in known},
        action={},
    )
