"""LiteLLM proxy: a `CustomGuardrail` for chat completions, messages and responses.

```yaml
guardrails:
  - guardrail_name: stillwatch
    litellm_params:
      guardrail: stillwatch.gateways.litellm.StillwatchGuardrail
      mode: [pre_call, post_call]
      default_on: true
```

What is checked in bodies is configured by the environment (`pipeline.guard.bodies`).

The proxy makes the class twice and hands it many words that are not ours; `apply_guardrail` is not
defined, because the proxy would then pass streams of messages by.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from fastapi import HTTPException
from litellm.integrations.custom_guardrail import CustomGuardrail

from stillwatch.gateways.ask import MISPLACED, PASS, Asks, Verdict, configured, refusal
from stillwatch.gateways.litellm_answers import dumped, hidden, shaped
from stillwatch.gateways.shaping import Shape
from stillwatch.gateways.streams import Stream
from stillwatch.pipeline.guard.bodies import Bodies, Looked, configured_bodies
from stillwatch.protect.messages import Asker

__all__ = ["StillwatchGuardrail"]

_NOTE = "stillwatch"
_OWNERS = ("user_id", "team_id", "org_id", "api_key")  # as the importer of LiteLLM's logs has it
_HOUSES = ("org_id", "team_id")
_CAPS = {"responses": "max_output_tokens", "aresponses": "max_output_tokens"}


class StillwatchGuardrail(CustomGuardrail):  # type: ignore[misc] # LiteLLM has no types for us
    """Asks before each call, and shapes answers where the decision says so."""

    def __init__(
        self,
        *,
        asks: Asks | None = None,
        bodies: Bodies | None = None,
        **given: Any,  # noqa: ANN401 - LiteLLM's
    ) -> None:
        super().__init__(**given)
        wish = given.get("fail_open")
        self._bodies = bodies or configured_bodies()
        self._asks = asks or configured(None if wish is None else str(wish))

    async def async_pre_call_hook(
        self,
        user_api_key_dict: Any,  # noqa: ANN401
        cache: Any,  # noqa: ANN401, ARG002
        data: dict[str, Any],
        call_type: str,
    ) -> dict[str, Any]:
        """Refuse, wait or cap before the upstream is called."""
        account, owner = _who(user_api_key_dict)
        if account is None:
            verdict, looked = PASS, None
        else:
            looked = self._bodies.look(data, account_id=account, organization_id=owner)
            verdict = await self._asks.ask(account, organization_id=owner, seen=looked.seen)
            if verdict.status is None and looked.refuse:
                verdict = MISPLACED
        if verdict.status is not None:
            raise _refused(verdict)
        if verdict.delay:
            await asyncio.sleep(verdict.delay)
        if verdict.max_output_tokens is not None:
            name = _CAPS.get(call_type, "max_tokens")
            asked = data.get(name) or data.get("max_completion_tokens")
            data.pop("max_completion_tokens", None)
            data[name] = min(int(asked or verdict.max_output_tokens), verdict.max_output_tokens)
        if looked is not None:
            for name in ("messages", "input"):
                if name in data:
                    data[name] = looked.body[name]
            if self._bodies.binding is not None:
                _logged(data)["reasoning_in"] = list(looked.digests)
        _metadata(data)[_NOTE] = {
            "decision_id": verdict.decision_id,
            "action": verdict.action,
            "reasoning": verdict.reasoning,
            "tags": list(verdict.tags),
        }
        return data

    async def async_post_call_success_hook(
        self,
        data: dict[str, Any],
        user_api_key_dict: Any,  # noqa: ANN401
        response: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Take the reasoning out of a whole answer, where the decision says so."""
        told = response if isinstance(response, dict) else dumped(response)
        shape = self._shape(data, user_api_key_dict, told)
        if shape.idle:
            return response
        if isinstance(response, dict):
            return shape.document(response)
        return shaped(response, shape)

    async def async_post_call_streaming_iterator_hook(
        self,
        user_api_key_dict: Any,  # noqa: ANN401
        response: AsyncIterator[Any],
        request_data: dict[str, Any],
    ) -> AsyncGenerator[Any, None]:
        """The same for a stream: objects for chat and responses, bytes for messages."""
        shape = self._shape(request_data, user_api_key_dict)
        if shape.idle:
            async for chunk in response:
                yield chunk
            return
        stream = Stream(shape)
        async for chunk in response:
            if isinstance(chunk, bytes | str):
                data = stream.feed(chunk.encode() if isinstance(chunk, str) else chunk)
                if data:
                    yield data
            elif isinstance(chunk, dict):
                for event in shape.event(chunk):
                    yield event
            elif not hidden(chunk, shape):
                yield shaped(chunk, shape)
        if left := stream.end():
            yield left

    def _shape(
        self,
        data: dict[str, Any],
        key: Any,  # noqa: ANN401
        answer: dict[str, Any] | None = None,
    ) -> Shape:
        """What is to be done to the answer of a request that passed the call before."""
        account, owner = _who(key)
        if account is None:
            return Shape()
        allowed, house = _allowed(data), owner or account
        asker = Asker(organization_id=house, account_id=account, family=self._bodies.family(data))
        sealer = self._bodies.sealer(Looked(body=data, asker=asker), answer)
        if sealer is not None:
            _logged(data)["reasoning_out"] = sealer.digests  # the list that it fills
        note = self._bodies.note(house) if allowed == "summary" else None
        return Shape(reasoning=allowed, note=note, sealer=sealer)


def _who(key: Any) -> tuple[str | None, str | None]:  # noqa: ANN401 - LiteLLM's
    """The account, and who holds the contract where that is known."""
    account = next((str(v) for n in _OWNERS if (v := getattr(key, n, None))), None)
    house = next((str(v) for n in _HOUSES if (v := getattr(key, n, None))), None)
    return account, house


def _metadata(data: dict[str, Any]) -> dict[str, Any]:
    """Where LiteLLM keeps metadata: under another name for messages and responses."""
    name = "litellm_metadata" if "litellm_metadata" in data else "metadata"
    found = data.get(name)
    if not isinstance(found, dict):
        found = data[name] = {}
    return found


def _logged(data: dict[str, Any]) -> dict[str, Any]:
    """What LiteLLM's logs say of us: only this part of the metadata reaches them.

    The logs have some blocks as sealed and some as the upstream gave them, so they are named here.
    """
    notes = _metadata(data).get("spend_logs_metadata")
    if not isinstance(notes, dict):
        notes = _metadata(data)["spend_logs_metadata"] = {}
    found: dict[str, Any] = notes.setdefault(_NOTE, {})
    return found


def _allowed(data: dict[str, Any]) -> str:
    for name in ("litellm_metadata", "metadata"):
        note = (data.get(name) or {}).get(_NOTE)
        if isinstance(note, dict):
            return str(note.get("reasoning", "full"))
    return "full"


def _refused(verdict: Verdict) -> HTTPException:
    headers = {}
    if verdict.retry_after is not None:
        headers["Retry-After"] = str(int(verdict.retry_after) + 1)
    detail = refusal(verdict)["error"]
    return HTTPException(status_code=verdict.status or 403, detail=detail, headers=headers)
