"""What each account did in each hour: counts and sums only, so hours add up to days exactly."""

from __future__ import annotations

from stillwatch.engine import Engine
from stillwatch.read import ASKS

__all__ = ["SUMS", "activity"]

_FLAGS = {
    "limited": "http_status = 429",
    "failed": "http_status >= 400 AND http_status <> 429",
    "refused": "refusal_category IS NOT NULL OR stop_reason IN ('refusal', 'content_filter')",
    "first_turns": "coalesce(turn, 1) = 1 AND coalesce(history_length, 0) = 0",
    "sampled": "n > 1",
    "with_logprobs": "logprobs",
    "with_tools": "tools > 0",
    "with_images": "len(images) > 0",
    "with_reasoning": "reasoning_bytes > 0",
    "with_text": "prompt_bytes > 0",
    "code_tools": "coalesce(tool_domain, 0) & 1 <> 0",
    "screen_tools": "coalesce(tool_domain, 0) & 2 <> 0",
    "data_tools": "coalesce(tool_domain, 0) & 4 <> 0",
}
_TOTALS = {
    "input_tokens": "input_tokens",
    "cached_tokens": "cached_input_tokens",
    "output_tokens": "output_tokens",
    "samples": "n",
    "prompt_bytes": "prompt_bytes",
    "answer_bytes": "answer_bytes",
}
SUMS = ("exchanges", *_FLAGS, *_TOTALS, *(f"asks_{a.name}" for a in ASKS))
"""Additive columns of `activity`, beside its keys account and hour."""


def activity(engine: Engine, *, source: str = "reading", name: str = "activity") -> None:
    """Make `activity`: account × hour."""
    flags = [f"CAST(count(*) FILTER (WHERE {test}) AS BIGINT) AS {n}" for n, test in _FLAGS.items()]
    totals = [f"CAST(coalesce(sum({c}), 0) AS BIGINT) AS {n}" for n, c in _TOTALS.items()]
    asked = [
        f"CAST(count(*) FILTER (WHERE asks & {a.bit} <> 0) AS BIGINT) AS asks_{a.name}"
        for a in ASKS
    ]
    columns = ",\n".join(["CAST(count(*) AS BIGINT) AS exchanges", *flags, *totals, *asked])
    engine.create(
        name,
        f"""SELECT account, hour, min(epoch_us(started_at)) AS first_us,
                   max(epoch_us(started_at)) AS last_us, {columns}
            FROM {source} GROUP BY account, hour""",
    )
