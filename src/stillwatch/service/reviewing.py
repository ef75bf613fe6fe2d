"""People in control over HTTP: what waits, votes, appeals, undoing, clearing.

The person is the name of the token, so a second person needs a token of their own: one each.
No id stands in an address, because addresses end up in the logs of proxies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from stillwatch.errors import NotFoundError, ReviewError, StoreError
from stillwatch.pipeline.respond import spared
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.register import Register
from stillwatch.respond.review import Review
from stillwatch.service import review_shapes as shapes
from stillwatch.service.bodies import read_body
from stillwatch.service.edge import admitted
from stillwatch.service.faults import Fault, invalid
from stillwatch.service.state import State

__all__ = ["appeal", "clear", "listed", "undo", "vote"]

_LARGEST = 65_536
_Asked = TypeVar("_Asked", bound=BaseModel)


async def listed(request: Request) -> Response:
    """`GET /v1/review`: what waits for people, the decisions that stand, who is left alone."""
    admitted(request, "read")

    def found(ledger: Ledger, now: datetime) -> dict[str, object]:
        standing = Register(ledger).standing(at=now).values()
        enforced = sorted((d for d in standing if not d.shadow), key=lambda d: d.account_id)
        return shapes.review(Review(ledger).waiting(at=now), enforced, spared(ledger, at=now))

    return await _done(request, found)


async def vote(request: Request) -> Response:
    """`POST /v1/review/vote`: approve or reject a proposal or an appeal."""
    person, asked = await _asked(request, "review", shapes.VoteAsked)
    return await _done(
        request,
        lambda ledger, now: shapes.proposal(
            Review(ledger).vote(
                asked.proposal_id, person=person, approve=asked.approve, why=asked.why, at=now
            )
        ),
    )


async def appeal(request: Request) -> Response:
    """`POST /v1/review/appeal`: take up a customer's appeal; somebody else hears it."""
    person, asked = await _asked(request, "investigate", shapes.AppealAsked)
    return await _done(
        request,
        lambda ledger, now: shapes.proposal(
            Review(ledger).appeal(asked.decision_id, person=person, said=asked.why, at=now)
        ),
    )


async def undo(request: Request) -> Response:
    """`POST /v1/review/undo`: take a decision back."""
    person, asked = await _asked(request, "review", shapes.UndoAsked)
    return await _done(
        request,
        lambda ledger, now: shapes.decision(
            Review(ledger).undo(asked.decision_id, person=person, why=asked.why, at=now)
        ),
    )


async def clear(request: Request) -> Response:
    """`POST /v1/review/clear`: say that an account is honest; the linked ones are judged anew."""
    person, asked = await _asked(request, "review", shapes.ClearAsked)

    def cleared(ledger: Ledger, now: datetime) -> dict[str, object]:
        before = Register(ledger).standing(at=now)
        withdrawn = Review(ledger).clear(
            asked.account_id, person=person, why=asked.why, at=now,
            lasts=timedelta(days=asked.days),
        )  # fmt: skip
        mine = before.get(asked.account_id)
        campaign = None if mine is None else mine.campaign_id
        linked = {d.account_id for d in before.values() if campaign and d.campaign_id == campaign}
        linked |= {name for each in withdrawn for name in each.accounts}
        return {
            "account_id": asked.account_id,
            "withdrawn": [shapes.proposal(replace(p, state="withdrawn")) for p in withdrawn],
            "linked": sorted(linked - {asked.account_id}),
        }

    return await _done(request, cleared)


async def _asked(request: Request, scope: str, shape: type[_Asked]) -> tuple[str, _Asked]:
    """Who asks, and for what."""
    token = admitted(request, scope)
    body = await read_body(request, _LARGEST)
    try:
        return token.name, shape.model_validate_json(body)
    except ValidationError as error:
        raise invalid(error) from error


async def _done(
    request: Request, what: Callable[[Ledger, datetime], dict[str, object]]
) -> Response:
    """The answer of a step that the database takes, on a thread: nobody else waits for it."""
    state: State = request.app.state.service
    if state.ledger is None:
        message = "this node has no database"
        raise Fault(HTTPStatus.SERVICE_UNAVAILABLE, "no_database", message)
    try:
        told = await asyncio.to_thread(what, state.ledger, datetime.now(UTC))
    except NotFoundError as error:
        message = "there is nothing of this id; GET /v1/review lists what there is"
        raise Fault(HTTPStatus.NOT_FOUND, "not_found", message) from error
    except ReviewError as error:
        raise Fault(HTTPStatus.CONFLICT, "not_allowed", f"{error.found}; {error.hint}") from error
    except (StoreError, SQLAlchemyError) as error:
        message = "the database cannot be reached now; nothing was changed"
        raise Fault(
            HTTPStatus.SERVICE_UNAVAILABLE, "no_database", message, retry_after=5
        ) from error
    return Response(orjson.dumps(told), media_type="application/json")
