"""What `/v1/decide` takes and gives; bytes from outside are checked here and nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from stillwatch.pipeline.guard import Answer, Request
from stillwatch.protect.seen import Fate, Kind, Presented, Seen

__all__ = ["Asked", "EffectTold", "Fault", "FaultDetail", "Kept", "RefusedTold", "Told", "told"]

_Id = Annotated[str, StringConstraints(min_length=1, max_length=512)]


_Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f:]{1,64}$")]


class PresentedAsked(BaseModel):
    """A reasoning block or a honeytoken that the request presented, as the gateway found it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    kind: Kind = Field(description="A reasoning block or a honeytoken.")
    fate: Fate = Field(description="What became of it.")
    digest: _Digest = Field(description="Names it.")
    issued_to: _Digest | None = Field(
        default=None, description="Keyed digest of whom it was issued to."
    )


class Asked(BaseModel):
    """A request that a gateway is about to serve."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    account_id: _Id = Field(description="As in the exchanges.")
    organization_id: _Id | None = Field(default=None, description="Who holds the contract.")
    presented: list[PresentedAsked] = Field(
        default=[], max_length=200, description="What the request presented."
    )
    elicits: bool | None = Field(
        default=None,
        description="Whether it asks for the model's hidden reasoning; used as a rate only.",
    )

    def request(self) -> Request:
        """As the guard takes it."""
        if not self.presented and self.elicits is None:
            return Request(self.account_id, self.organization_id)
        presented = tuple(Presented(**each.model_dump()) for each in self.presented)
        seen = Seen(presented=presented, elicits=self.elicits)
        return Request(self.account_id, self.organization_id, seen)


class EffectTold(BaseModel):
    """What the gateway is to do; nothing, while the decision is in shadow."""

    status: int | None = Field(description="HTTP status to refuse with; null lets it through.")
    reasoning: Literal["full", "summary", "none"] = Field(
        description="How much of the model's reasoning the answer may show."
    )
    max_output_tokens: int | None = Field(description="Cap on the answer.")
    delay_seconds: float = Field(description="Wait before the request goes on.")
    tags: list[str] = Field(description="Words for the request's records.")


class Told(BaseModel):
    """The decision."""

    decision_id: str | None = Field(description="Cite it; null where nothing is known.")
    account_id: str
    action: str = Field(description="A rung of the ladder.")
    shadow: bool = Field(description="Recorded, not carried out.")
    reason_code: str
    message: str = Field(description="What the customer may be told.")
    policy_version: str
    expires_at: datetime
    retry_after_seconds: float | None
    effect: EffectTold
    failed: bool = Field(description="Nothing could be looked up; see serve.fail_open.")


class RefusedTold(BaseModel):
    """A record that was not taken."""

    reason: str
    detail: str
    line: int | None
    row: int | None


class Kept(BaseModel):
    """What became of a body. What is counted as accepted is on the disk."""

    accepted: int = Field(description="Exchanges that were kept.")
    repeated: int = Field(description="Exchanges that were known, by exchange_id.")
    expired: int = Field(description="Exchanges older than the window.")
    sampled_out: int = Field(description="Let go because there are too many; sample_rate says so.")
    rejected: int = Field(description="Records that cannot be exchanges.")
    ignored: int = Field(description="Records that are no exchanges, such as other spans.")
    refused: list[RefusedTold] = Field(description="The first of the rejected ones.")


class FaultDetail(BaseModel):
    """Why a request was not served."""

    code: str
    message: str
    request_id: str


class Fault(BaseModel):
    """The body of every answer with a status of 400 or more."""

    error: FaultDetail


def told(answer: Answer) -> dict[str, object]:
    """An answer in the shape of `Told`."""
    decision, effect = answer.decision, answer.effect
    late = decision.retry_after
    return {
        "decision_id": decision.decision_id or None,
        "account_id": decision.account_id,
        "action": decision.action,
        "shadow": decision.shadow,
        "reason_code": decision.reason_code,
        "message": decision.customer_sentence,
        "policy_version": decision.policy_version,
        "expires_at": decision.expires_at,
        "retry_after_seconds": None if late is None else late.total_seconds(),
        "effect": {
            "status": effect.status,
            "reasoning": effect.reasoning,
            "max_output_tokens": effect.max_output_tokens,
            "delay_seconds": effect.delay.total_seconds(),
            "tags": effect.tags,
        },
        "failed": answer.failed,
    }
