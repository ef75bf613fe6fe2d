"""What the paths of review take and give."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from stillwatch.respond.decision import Decision
from stillwatch.respond.proposals import Proposal
from stillwatch.respond.review import REASON

__all__ = [
    "AppealAsked",
    "ClearAsked",
    "ClearedTold",
    "DecisionTold",
    "ProposalTold",
    "ReviewTold",
    "UndoAsked",
    "VoteAsked",
    "decision",
    "proposal",
    "review",
]

# PostgreSQL keeps no NUL in a text
_Id = Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=r"^[^\x00]+$")]
_Why = Annotated[str, StringConstraints(min_length=REASON, max_length=4_000, pattern=r"^[^\x00]+$")]
_WHY = "The reason; it is kept, and others read it."


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class VoteAsked(_Body):
    """One person's vote on a proposal or an appeal; the person is the token's name."""

    proposal_id: _Id
    approve: bool = Field(description="False turns it down; one rejection is enough.")
    why: _Why = Field(description=_WHY)


class AppealAsked(_Body):
    """A customer's appeal against a decision."""

    decision_id: _Id
    why: _Why = Field(description="What the customer says.")


class UndoAsked(_Body):
    """A decision that is to be taken back."""

    decision_id: _Id
    why: _Why = Field(description=_WHY)


class ClearAsked(_Body):
    """An account that is honest."""

    account_id: _Id
    why: _Why = Field(description=_WHY)
    days: int = Field(default=90, ge=1, le=3_650, description="For how long.")


class ProposalTold(BaseModel):
    """Something that people are asked, or were."""

    proposal_id: str
    kind: str = Field(description="action or appeal.")
    state: str = Field(description="open, approved, rejected, lapsed or withdrawn.")
    action: str
    rule: str
    campaign_id: str | None
    decision_id: str | None
    accounts: list[str]
    people: int = Field(description="How many must agree.")
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    known: dict[str, object] = Field(description="Evidence, honest accounts expected, the appeal.")


class DecisionTold(BaseModel):
    """A decision that stands, or stood."""

    decision_id: str
    account_id: str
    campaign_id: str | None
    action: str
    shadow: bool
    reason_code: str
    rule: str
    policy_version: str
    decided_at: datetime
    expires_at: datetime
    evidence: list[str]


class ClearedTold(BaseModel):
    """What clearing an account did."""

    account_id: str
    withdrawn: list[ProposalTold] = Field(description="Asked or approved with its evidence.")
    linked: list[str] = Field(
        description="Accounts that are judged again without it, with the next assessment."
    )


class ReviewTold(BaseModel):
    """What waits for people, what stands, and who is left alone."""

    waiting: list[ProposalTold]
    standing: list[DecisionTold]
    spared: dict[str, str] = Field(description="Accounts that automation leaves alone, and why.")


def proposal(found: Proposal) -> dict[str, object]:
    """A proposal in the shape of `ProposalTold`."""
    return {
        "proposal_id": found.proposal_id,
        "kind": found.kind,
        "state": found.state,
        "action": found.action,
        "rule": found.rule,
        "campaign_id": found.campaign_id,
        "decision_id": found.decision_id,
        "accounts": list(found.accounts),
        "people": found.people,
        "asked_by": found.asked_by,
        "asked_at": found.asked_at,
        "expires_at": found.expires_at,
        "known": found.body,
    }


def decision(found: Decision) -> dict[str, object]:
    """A decision in the shape of `DecisionTold`."""
    return {
        "decision_id": found.decision_id,
        "account_id": found.account_id,
        "campaign_id": found.campaign_id,
        "action": found.action,
        "shadow": found.shadow,
        "reason_code": found.reason_code,
        "rule": found.rule,
        "policy_version": found.policy_version,
        "decided_at": found.decided_at,
        "expires_at": found.expires_at,
        "evidence": list(found.evidence),
    }


def review(
    waiting: list[Proposal], standing: list[Decision], spared: Mapping[str, str]
) -> dict[str, object]:
    """The shape of `ReviewTold`."""
    return {
        "waiting": [proposal(each) for each in waiting],
        "standing": [decision(each) for each in standing],
        "spared": dict(sorted(spared.items())),
    }
