"""Decisions as other programs ask for them: forward-auth, LiteLLM's generic guardrail."""

from __future__ import annotations

from http import HTTPStatus

import orjson
from starlette.requests import Request
from starlette.responses import Response

from stillwatch.pipeline.guard import Answer
from stillwatch.pipeline.guard import Request as Asking
from stillwatch.service.bodies import read_body
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


async def authz(request: Request) -> Response:
    """`GET /authz`: 204 lets a request pass, 403 refuses it; `?full=1` gives the status itself.

    nginx knows 2xx, 401 and 403 of a subrequest and makes 500 of all else, so the status that a
    client should see is in `X-Stillwatch-Status`.
    """
    admitted(request, "decide")
    account = request.headers.get("x-stillwatch-account", "")
    if not account:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    answer = _decided(request, account)
    effect, decision = answer.effect, answer.decision
    headers = {
        "X-Stillwatch-Action": decision.effective,
        "X-Stillwatch-Reasoning": effect.reasoning,
        "X-Stillwatch-Decision": decision.decision_id,
    }
    if effect.max_output_tokens is not None:
        headers["X-Stillwatch-Max-Output-Tokens"] = str(effect.max_output_tokens)
    if effect.status is None:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
    headers["X-Stillwatch-Status"] = str(int(effect.status))
    if decision.retry_after is not None:
        headers["Retry-After"] = str(int(decision.retry_after.total_seconds()) + 1)
    full = request.query_params.get("full") == "1"
    status = effect.status if full else HTTPStatus.FORBIDDEN
    return Response(decision.customer_sentence, status, headers=headers, media_type="text/plain")


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
    answer = _decided(request, account)
    if answer.effect.status is None:
        return _json({"action": "NONE"})
    return _json({"action": "BLOCKED", "blocked_reason": answer.decision.customer_sentence})


def _decided(request: Request, account: str) -> Answer:
    state: State = request.app.state.service
    answer = state.guard.decide(Asking(account))
    state.metrics.decisions.labels(answer.decision.action, answer.decision.shadow).inc()
    return answer


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")
