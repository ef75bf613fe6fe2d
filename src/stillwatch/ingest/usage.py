"""Token counts of every dialect: input includes cached ones, output includes reasoning."""

from __future__ import annotations

from stillwatch.ingest.pick import first, integer, pick, record

__all__ = ["tokens"]


def tokens(usage: object) -> dict[str, object]:
    """The four token columns out of a usage object.

    Anthropic and Bedrock count cached input apart (it is added here), Gemini counts thoughts
    apart (added too); OpenAI's and LiteLLM's `prompt_tokens` already hold everything.
    """
    told = record(usage)
    if not told:
        return {}
    if "prompt_tokens" in told or "completion_tokens" in told:
        return _openai_chat(told)
    if any(name in told for name in ("prompt_token_count", "promptTokenCount")):
        return _gemini(told)
    if "inputTokens" in told:
        return _sums(
            told, ("inputTokens", "cacheWriteInputTokens", "cacheReadInputTokens"), "outputTokens"
        )
    if "input_tokens_details" in told:
        return _openai_responses(told)
    return _anthropic(told)


def _openai_chat(told: dict[str, object]) -> dict[str, object]:
    cached = first(
        pick(told, "prompt_tokens_details", "cached_tokens"), told.get("cache_read_input_tokens")
    )
    return {
        "input_tokens": integer(told.get("prompt_tokens")),
        "cached_input_tokens": integer(cached),
        "output_tokens": integer(told.get("completion_tokens")),
        "reasoning_tokens": integer(pick(told, "completion_tokens_details", "reasoning_tokens")),
    }


def _openai_responses(told: dict[str, object]) -> dict[str, object]:
    return {
        "input_tokens": integer(told.get("input_tokens")),
        "cached_input_tokens": integer(pick(told, "input_tokens_details", "cached_tokens")),
        "output_tokens": integer(told.get("output_tokens")),
        "reasoning_tokens": integer(pick(told, "output_tokens_details", "reasoning_tokens")),
    }


def _anthropic(told: dict[str, object]) -> dict[str, object]:
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    found = _sums(told, names, "output_tokens")
    details = record(told.get("output_tokens_details"))
    thought = first(details.get("thinking_tokens"), details.get("reasoning_tokens"))
    return found | {"reasoning_tokens": integer(thought)}


def _sums(told: dict[str, object], into: tuple[str, str, str], out: str) -> dict[str, object]:
    parts = [integer(told.get(name)) for name in into]
    return {
        "input_tokens": None if parts[0] is None else sum(part or 0 for part in parts),
        "cached_input_tokens": parts[2],
        "output_tokens": integer(told.get(out)),
    }


def _gemini(told: dict[str, object]) -> dict[str, object]:
    def count(snake: str, camel: str) -> int | None:
        return integer(first(told.get(snake), told.get(camel)))

    visible = count("candidates_token_count", "candidatesTokenCount")
    thought = count("thoughts_token_count", "thoughtsTokenCount")
    return {
        "input_tokens": count("prompt_token_count", "promptTokenCount"),
        "cached_input_tokens": count("cached_content_token_count", "cachedContentTokenCount"),
        "output_tokens": None
        if visible is None and thought is None
        else (visible or 0) + (thought or 0),
        "reasoning_tokens": thought,
    }
