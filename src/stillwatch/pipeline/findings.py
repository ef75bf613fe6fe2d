"""The judgement of a run in terms of the outside world: ids, moments, actions, examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from stillwatch.assess import Assessment
from stillwatch.campaign import Ties, capabilities, name_campaigns
from stillwatch.detect.victims import victims
from stillwatch.link import COMPARISONS
from stillwatch.pipeline.judge import Judgement
from stillwatch.respond import recommend
from stillwatch.rollup import Tables

__all__ = ["Campaign", "Dated", "Member", "campaigns_of", "moment"]

_TIE_SHOWN = 0.5  # bits
_SURE = 0.9  # of the likeliest member's probability


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An account of a campaign.

    Attributes:
        place: Position in `Tables.accounts`.
        account_id: As in exchange.
        probability: That the group is a campaign and this account takes part.
        exchanges: Of this account.
        linked_by: What ties it to the others, strongest first.
        action: Recommended action.
        victim: Whether it looks like the owner of a stolen key.
    """

    place: int
    account_id: str
    probability: float
    exchanges: int
    linked_by: tuple[str, ...]
    action: str
    victim: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A group that more likely is a campaign than not.

    Attributes:
        campaign_id: Stable from run to run.
        assessment: Belief and evidence.
        members: Most probable first.
        aims: Capabilities.
        first: First exchange of those who are members as surely as any.
        last: Last exchange of those.
        detected_at: Earliest moment that was looked at and at which what was known sufficed.
        unseen_at: Latest one before it at which that did not suffice yet, if there was one.
    """

    campaign_id: str
    assessment: Assessment
    members: tuple[Member, ...]
    aims: tuple[str, ...]
    first: datetime
    last: datetime
    detected_at: datetime | None = None
    unseen_at: datetime | None = None

    @property
    def sure(self) -> frozenset[str]:
        """Account ids of those who are members as surely as any."""
        return frozenset(m.account_id for m in _sure(self.members))

    @property
    def exchanges(self) -> int:
        """Of all members."""
        return sum(m.exchanges for m in self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """When a campaign was reported first, as far as looks tell.

    Attributes:
        by: The earliest look at which it was.
        after: The latest look before that at which it was not; None where there was none.
    """

    by: datetime
    after: datetime | None = None


def moment(microseconds: float) -> datetime:
    """Microseconds since 1970 as a moment in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(microseconds))


def campaigns_of(
    judged: Judgement,
    tables: Tables,
    *,
    report_at: float,
    earlier: Mapping[str, frozenset[str]] | None = None,
) -> list[Campaign]:
    """Campaigns at or above `report_at`, most probable first."""
    chosen = [i for i, a in enumerate(judged.assessments) if a.probability >= report_at]
    assessments = [judged.assessments[i] for i in chosen]
    stolen = victims([a.group for a in assessments], tables)
    members = [
        _members(judged.assessments[i], judged.ties[i], owned, tables)
        for i, owned in zip(chosen, stolen, strict=True)
    ]
    first_us, last_us = tables.number("first_us"), tables.number("last_us")
    sure = [_sure(each) for each in members]
    founders = [
        min(m, key=lambda one: (first_us[one.place], one.account_id)).account_id for m in sure
    ]
    names = name_campaigns(
        [[m.account_id for m in each] for each in members], founders, earlier or {}
    )
    return [
        Campaign(
            campaign_id=name,
            assessment=assessment,
            members=each,
            aims=tuple(capabilities(assessment.group, tables)),
            first=moment(min(first_us[m.place] for m in certain)),
            last=moment(max(last_us[m.place] for m in certain)),
        )
        for name, assessment, each, certain in zip(names, assessments, members, sure, strict=True)
    ]


def _sure(members: Sequence[Member]) -> list[Member]:
    """Those whose own probability is near the highest: a bystander neither dates nor names."""
    most = max(m.probability for m in members)
    return [m for m in members if m.probability >= _SURE * most]


def _members(
    assessment: Assessment, tied: Ties, owned: npt.NDArray[np.bool_], tables: Tables
) -> tuple[Member, ...]:
    exchanges = tables.totals["exchanges"]
    found = [
        Member(
            place=int(place),
            account_id=tables.ids[place],
            probability=float(assessment.member_probability[i]),
            exchanges=int(exchanges[place]),
            linked_by=linked_by(tied, i),
            action=recommend(float(assessment.member_probability[i]), victim=bool(owned[i])),
            victim=bool(owned[i]),
        )
        for i, place in enumerate(assessment.group.accounts)
    ]
    return tuple(sorted(found, key=lambda m: (-m.probability, m.account_id)))


def linked_by(tied: Ties, number: int) -> tuple[str, ...]:
    """What ties one account to its group, in words, strongest first."""
    worth = {kind: float(best[number]) for kind, best in tied.best.items()}
    ranked = sorted(((-bits, kind) for kind, bits in worth.items() if bits >= _TIE_SHOWN))
    return tuple(COMPARISONS[kind].meaning for _, kind in ranked)
