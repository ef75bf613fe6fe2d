"""How a gateway asks: in this process, or the service over HTTP; an answer always comes in time."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, Protocol

import httpx

from stillwatch.errors import ConfigError
from stillwatch.pipeline.guard import Guard, Request
from stillwatch.pipeline.guard.bodies import SENTENCE
from stillwatch.protect.seen import NOTHING_SEEN, Seen

__all__ = [
    "MISPLACED",
    "PASS",
    "Asks",
    "InProcess",
    "OverHttp",
    "Verdict",
    "configured",
    "refusal",
]

_TIMEOUT = 0.25  # seconds; a decision takes one millisecond


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a gateway does with one request.

    Attributes:
        status: HTTP status to refuse with; None lets it through.
        message: What the customer may be told.
        decision_id: To be cited; empty where nothing is known.
        action: The rung of the ladder, `observe` in shadow.
        retry_after: Seconds until coming back makes sense, or None.
        reasoning: `full`, `summary` or `none`: how much reasoning the answer may show.
        max_output_tokens: Cap on the answer, or None.
        delay: Seconds to wait before the request goes on.
        tags: Words for the request's records.
    """

    status: int | None = None
    message: str = ""
    decision_id: str = ""
    action: str = "observe"
    retry_after: float | None = None
    reasoning: str = "full"
    max_output_tokens: int | None = None
    delay: float = 0.0
    tags: tuple[str, ...] = ()


PASS = Verdict()
MISPLACED = Verdict(status=HTTPStatus.BAD_REQUEST, message=SENTENCE, action="refuse_block")
"""Where a request presents blocks of somebody else, and the mode is `reject`."""
_REFUSE = Verdict(
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    message="The service cannot decide about this request now; try again.",
    retry_after=5,
)


class Asks(Protocol):
    """Answers for an account; never raises, never takes longer than its bound."""

    async def ask(
        self, account_id: str, *, organization_id: str | None = None, seen: Seen = NOTHING_SEEN
    ) -> Verdict:
        """What to do with a request of this account, in which this was seen."""
        ...


class InProcess:
    """Asks a guard that lives in the gateway's process."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def ask(
        self, account_id: str, *, organization_id: str | None = None, seen: Seen = NOTHING_SEEN
    ) -> Verdict:
        """As `Asks.ask`; microseconds."""
        answer = await self._guard.answer(Request(account_id, organization_id, seen))
        decision, effect = answer.decision, answer.effect
        late = decision.retry_after
        return Verdict(
            status=effect.status,
            message=decision.customer_sentence,
            decision_id=decision.decision_id,
            action=decision.effective,
            retry_after=None if late is None else late.total_seconds(),
            reasoning=effect.reasoning,
            max_output_tokens=effect.max_output_tokens,
            delay=effect.delay.total_seconds(),
            tags=effect.tags,
        )


class OverHttp:
    """Asks `POST /v1/decide` of a service."""

    def __init__(
        self, address: str, token: str, *, fail_open: bool = True, timeout: float = _TIMEOUT
    ) -> None:
        self._fallback = PASS if fail_open else _REFUSE
        self._headers = {"Authorization": f"Bearer {token}"}
        self._address = f"{address.rstrip('/')}/v1/decide"
        self._timeout = timeout
        self._client: httpx.AsyncClient | None = None

    async def ask(
        self, account_id: str, *, organization_id: str | None = None, seen: Seen = NOTHING_SEEN
    ) -> Verdict:
        """As `Asks.ask`; where the service does not answer, requests pass or are refused."""
        if self._client is None:  # here, so that it belongs to the loop that uses it
            limits = httpx.Limits(max_connections=256, max_keepalive_connections=64)
            self._client = httpx.AsyncClient(
                headers=self._headers, timeout=self._timeout, limits=limits, trust_env=False
            )
        try:
            answer = await self._client.post(
                self._address, json=_question(account_id, organization_id, seen)
            )
            answer.raise_for_status()
            return _verdict(answer.json())
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return self._fallback

    async def close(self) -> None:
        """Close the connections; asking again opens new ones."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


def configured(fail_open: str | None = None) -> OverHttp:
    """What the environment names: STILLWATCH_URL, STILLWATCH_TOKEN, STILLWATCH_FAIL_OPEN.

    Raises:
        ConfigError: The token is missing.
    """
    token = os.environ.get("STILLWATCH_TOKEN", "")
    if not token:
        message = "the variable STILLWATCH_TOKEN is not set"
        raise ConfigError(message, hint="`stillwatch token create gateway --scope decide`")
    wish = fail_open or os.environ.get("STILLWATCH_FAIL_OPEN", "true")
    address = os.environ.get("STILLWATCH_URL", "http://127.0.0.1:8600")
    return OverHttp(address, token, fail_open=wish.lower() not in {"false", "0", "no"})


def refusal(verdict: Verdict) -> dict[str, Any]:
    """The body of a refused request, in the shape that clients of OpenAI's API read."""
    return {
        "error": {
            "message": verdict.message,
            "type": "access_restricted",
            "code": verdict.action,
            "decision_id": verdict.decision_id,
            "retry_after_seconds": verdict.retry_after,
        }
    }


def _question(account_id: str, organization_id: str | None, seen: Seen) -> dict[str, Any]:
    asked: dict[str, Any] = {"account_id": account_id}
    if organization_id is not None:
        asked["organization_id"] = organization_id
    if seen.presented:
        asked["presented"] = [asdict(each) for each in seen.presented]
    if seen.elicits is not None:
        asked["elicits"] = seen.elicits
    return asked


def _verdict(told: dict[str, Any]) -> Verdict:
    effect = told["effect"]
    return Verdict(
        status=effect["status"],
        message=told["message"],
        decision_id=told["decision_id"] or "",
        action="observe" if told["shadow"] else told["action"],
        retry_after=told["retry_after_seconds"],
        reasoning=effect["reasoning"],
        max_output_tokens=effect["max_output_tokens"],
        delay=effect["delay_seconds"],
        tags=tuple(effect["tags"]),
    )
