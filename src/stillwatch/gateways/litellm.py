"""LiteLLM proxy: a `CustomGuardrail` for chat completions, messages and responses.

```yaml
guardrails:
  - guardrail_name: stillwatch
    litellm_params:
      guardrail: stillwatch.gateways.litellm.StillwatchGuardrail
      mode: [pre_call, post_call]
      default_on: true
```

The proxy makes the class twice and hands it many words that are not ours; `apply_guardrail` is not
defined, because the proxy would then pass streams of messages by.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from fastapi import HTTPException
from litellm.integrations.custom_guardrail import CustomGuardrail

from stillwatch.gateways.ask import PASS, Asks, Verdict, configured, refusal
from stillwatch.gateways.shaping import Stream, without_reasoning

__all__ = ["StillwatchGuardrail"]

_NOTE = "stillwatch"
_OWNERS = ("user_id", "team_id", "org_id", "api_key")  # as the importer of LiteLLM's logs has it
_CAPS = {"responses": "max_output_tokens", "aresponses": "max_output_tokens"}


class StillwatchGuardrail(CustomGuardrail):  # type: ignore[misc] # LiteLLM has no types for us
    """Asks before each call, and shapes answers where the decision says so."""

    def __init__(self, *, asks: Asks | None = None, **given: Any) -> None:  # noqa: ANN401 - LiteLLM's
        super().__init__(**given)
        wish = given.get("fail_open")
        self._asks = asks or configured(None if wish is None else str(wish))

    async def async_pre_call_hook(
        self,
        user_api_key_dict: Any,  # noqa: ANN401
        cache: Any,  # noqa: ANN401, ARG002
        data: dict[str, Any],
        call_type: str,
    ) -> dict[str, Any]:
        """Refuse, wait or cap before the upstream is called."""
        account = next((v for n in _OWNERS if (v := getattr(user_api_key_dict, n, None))), None)
        verdict = PASS if account is None else await self._asks.ask(str(account))
        if verdict.status is not None:
            raise _refused(verdict)
        if verdict.delay:
            await asyncio.sleep(verdict.delay)
        if verdict.max_output_tokens is not None:
            name = _CAPS.get(call_type, "max_tokens")
            asked = data.get(name) or data.get("max_completion_tokens")
            data.pop("max_completion_tokens", None)
            data[name] = min(int(asked or verdict.max_output_tokens), verdict.max_output_tokens)
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
        user_api_key_dict: Any,  # noqa: ANN401, ARG002
        response: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Take the reasoning out of a whole answer, where the decision says so."""
        allowed = _allowed(data)
        if allowed == "full":
            return response
        summary = allowed == "summary"
        if isinstance(response, dict):
            return without_reasoning(response, summary=summary)
        return _shaped(response, summary=summary)

    async def async_post_call_streaming_iterator_hook(
        self,
        user_api_key_dict: Any,  # noqa: ANN401, ARG002
        response: AsyncIterator[Any],
        request_data: dict[str, Any],
    ) -> AsyncGenerator[Any, None]:
        """The same for a stream: objects for chat and responses, bytes for messages."""
        allowed = _allowed(request_data)
        if allowed == "full":
            async for chunk in response:
                yield chunk
            return
        summary = allowed == "summary"
        stream = Stream(summary=summary)
        async for chunk in response:
            if isinstance(chunk, bytes | str):
                data = stream.feed(chunk.encode() if isinstance(chunk, str) else chunk)
                if data:
                    yield data
            elif not _hidden(chunk, summary=summary):
                yield _shaped(chunk, summary=summary)
        if left := stream.end():
            yield left


def _metadata(data: dict[str, Any]) -> dict[str, Any]:
    """Where LiteLLM keeps metadata: under another name for messages and responses."""
    name = "litellm_metadata" if "litellm_metadata" in data else "metadata"
    found = data.get(name)
    if not isinstance(found, dict):
        found = data[name] = {}
    return found


def _allowed(data: dict[str, Any]) -> str:
    for name in ("litellm_metadata", "metadata"):
        note = (data.get(name) or {}).get(_NOTE)
        if isinstance(note, dict):
            return str(note.get("reasoning", "full"))
    return "full"


def _hidden(event: Any, *, summary: bool) -> bool:  # noqa: ANN401 - LiteLLM's events
    kind = getattr(event, "type", None)
    kind = str(getattr(kind, "value", kind))
    if kind.startswith("response.reasoning_text"):
        return True
    return not summary and kind.startswith("response.reasoning_summary")


def _shaped(answer: Any, *, summary: bool) -> Any:  # noqa: ANN401 - LiteLLM's models
    """A model of LiteLLM's, made anew from its shaped document where it is one we know."""
    if not hasattr(answer, "model_dump"):
        return answer
    for choice in getattr(answer, "choices", None) or ():
        for part in (getattr(choice, "message", None), getattr(choice, "delta", None)):
            if part is not None:
                _clear(part)
    for item in getattr(answer, "output", None) or ():
        _clear_item(item, summary=summary)
    inside = getattr(answer, "response", None)
    if inside is not None:
        _shaped(inside, summary=summary)
    item = getattr(answer, "item", None)
    if item is not None:
        _clear_item(item, summary=summary)
    return answer


def _clear(part: Any) -> None:  # noqa: ANN401
    for name in ("reasoning_content", "reasoning"):
        if getattr(part, name, None) is not None:
            setattr(part, name, None)
    for block in getattr(part, "thinking_blocks", None) or ():
        if isinstance(block, dict) and block.get("type") == "thinking":
            block["thinking"] = ""
    fields = getattr(part, "provider_specific_fields", None)
    if isinstance(fields, dict):
        for name in ("reasoning_content", "reasoning", "thinking_blocks"):
            fields.pop(name, None)


def _clear_item(item: Any, *, summary: bool) -> None:  # noqa: ANN401
    told = item if isinstance(item, dict) else getattr(item, "__dict__", {})
    if told.get("type") != "reasoning":
        return
    gone: dict[str, object] = {"content": None} if summary else {"content": None, "summary": []}
    for name, empty in gone.items():
        if isinstance(item, dict):
            item[name] = empty
        elif hasattr(item, name):
            setattr(item, name, empty)


def _refused(verdict: Verdict) -> HTTPException:
    headers = {}
    if verdict.retry_after is not None:
        headers["Retry-After"] = str(int(verdict.retry_after) + 1)
    detail = refusal(verdict)["error"]
    return HTTPException(status_code=verdict.status or 403, detail=detail, headers=headers)
