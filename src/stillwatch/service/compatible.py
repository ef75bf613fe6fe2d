"""Decisions as other programs ask for them: forward-auth, LiteLLM's generic guardrail."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from stillwatch.pipeline.guard import Answer
from stillwatch.pipeline.guard import Request as Asking
from stillwatch.pipeline.guard.bodies import SENTENCE
from stillwatch.protect.seen import NOTHING_SEEN
from stillwatch.service.bodies import read_body
from stillwatch.service.deciding import decided
from stillwatch.service.edge import admitted
from stillwatch.service.faults import Fault
from stillwatch.service.state import State

__all__ = ["authz", "generic_guardrail"]

_LARGEST = 32 << 20
_OWNERS = (
    "user_api_key_user_id",
    "user_api_key_team_id",
    "user_api_key_org_id",
    "user_api_key_hash",
)
_HOUSES = ("user_api_key_org_id", "user_api_key_team_id")


async def authz(request: Request) -> Response:
    """`GET /authz`: 204 lets a request pass, 403 refuses it; `?full=1` gives the status itself.

    nginx knows 2xx, 401 and 403 of a subrequest and makes 500 of all else, so the status that a
    client should see is in `X-Stillwatch-Status`. `POST`, from proxies that send the body along,
    has the body checked too; it can be refused but not changed. A token of the proxy that may not
    ask is always 401, and a proxy passes the request on then: 403 is about the account.
    """
    try:
        admitted(request, "decide")
    except Fault as fault:
        if fault.status is HTTPStatus.FORBIDDEN:
            raise Fault(HTTPStatus.UNAUTHORIZED, fault.code, fault.message) from fault
        raise
    state: State = request.app.state.service
    account = request.headers.get("x-stillwatch-account", "")
    if not account:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    owner = request.headers.get("x-stillwatch-organization") or None
    looked = None
    if request.method == "POST" and state.bodies.active:
        asked = _document(await read_body(request, _LARGEST))
        if asked is not None:
            looked = state.bodies.look(asked, account_id=account, organization_id=owner)
    seen = NOTHING_SEEN if looked is None else looked.seen
    answer = await decided(state, Asking(account, owner, seen))
    if answer.effect.status is None and looked is not None and looked.refuse:
        told = {"X-Stillwatch-Status": "400", "X-Stillwatch-Action": "refuse_block"}
        status = HTTPStatus.BAD_REQUEST if _full(request) else HTTPStatus.FORBIDDEN
        return Response(SENTENCE, status, headers=told, media_type="text/plain")
    return await _passed_on(request, answer)


async def _passed_on(request: Request, answer: Answer) -> Response:
    """A decision as a proxy understands it."""
    effect, decision = answer.effect, answer.decision
    headers = {
        "X-Stillwatch-Action": decision.effective,
        "X-Stillwatch-Reasoning": effect.reasoning,
        "X-Stillwatch-Decision": decision.decision_id,
    }
    if effect.max_output_tokens is not None:
        headers["X-Stillwatch-Max-Output-Tokens"] = str(effect.max_output_tokens)
    if effect.status is None:
        if effect.delay:  # the proxy waits for this answer, and so does the request
            await asyncio.sleep(effect.delay.total_seconds())
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
    headers["X-Stillwatch-Status"] = str(int(effect.status))
    if decision.retry_after is not None:
        headers["Retry-After"] = str(int(decision.retry_after.total_seconds()) + 1)
    refused = effect.status if _full(request) else HTTPStatus.FORBIDDEN
    return Response(decision.customer_sentence, refused, headers=headers, media_type="text/plain")


async def generic_guardrail(request: Request) -> Response:
    """`POST /beta/litellm_basic_guardrail_api`, as LiteLLM asks without any code of ours in it."""
    admitted(request, "decide")
    body = await read_body(request, _LARGEST)
    try:
        asked = orjson.loads(body)
        told = asked.get("request_data") or {}
        account = next((v for n in _OWNERS if isinstance(v := told.get(n), str) and v), None)
    except (orjson.JSONDecodeError, AttributeError) as error:
        message = "the body is no request of LiteLLM's generic guardrail"
        raise Fault(HTTPStatus.BAD_REQUEST, "does_not_parse", message) from error
    if account is None or asked.get("input_type") == "response":
        return _json({"action": "NONE"})
    state: State = request.app.state.service
    owner = next((v for n in _HOUSES if isinstance(v := told.get(n), str) and v), None)
    looked = state.bodies.look(_shown(asked), account_id=account, organization_id=owner)
    answer = await decided(state, Asking(account, owner, looked.seen))
    if answer.effect.status is not None:
        sentence = answer.decision.customer_sentence
    elif looked.refuse:
        sentence = SENTENCE
    else:
        return _json({"action": "NONE"})
    return _json({"action": "BLOCKED", "blocked_reason": sentence})


def _shown(asked: dict[str, Any]) -> dict[str, Any]:
    """What LiteLLM tells of a request, as the request of a model."""
    messages = asked.get("structured_messages")
    if not isinstance(messages, list) or not messages:
        texts = asked.get("texts")
        told = [t for t in texts if isinstance(t, str)] if isinstance(texts, list) else []
        messages = [{"role": "user", "content": text} for text in told]
    return {"model": asked.get("model"), "messages": messages}


def _document(body: bytes) -> dict[str, Any] | None:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return told if isinstance(told, dict) else None


def _full(request: Request) -> bool:
    return request.query_params.get("full") == "1"


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")
