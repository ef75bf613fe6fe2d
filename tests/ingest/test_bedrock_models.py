"""InvokeModel of the models that speak a dialect of their own on Bedrock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from stillwatch.ingest import known_formats

PROMPT = {"prompt": "hi", "temperature": 0.5, "top_p": 0.9}
CASES: dict[str, tuple[object, object, str]] = {
    "meta.llama3": (
        {**PROMPT, "max_gen_len": 64},
        {
            "generation": '{"a": 1}',
            "prompt_token_count": 3,
            "generation_token_count": 2,
            "stop_reason": "stop",
        },
        "stop",
    ),
    "meta.llama3 in chunks": (
        {**PROMPT, "max_gen_len": 64},
        [
            {"generation": '{"a"', "prompt_token_count": 3, "generation_token_count": 1},
            {"generation": ": 1}", "prompt_token_count": None, "generation_token_count": 2},
            {"generation": "", "generation_token_count": 2, "stop_reason": "stop"},
        ],
        "stop",
    ),
    "mistral.mistral-7b": (
        {**PROMPT, "max_tokens": 64},
        {"outputs": [{"text": '{"a": 1}', "stop_reason": "length"}]},
        "length",
    ),
    "mistral.mistral-large": (
        {**PROMPT, "max_tokens": 64},
        {"choices": [{"message": {"content": '{"a": 1}'}, "stop_reason": "length"}]},
        "length",
    ),
    "mistral.mistral-7b in chunks": (
        {**PROMPT, "max_tokens": 64},
        [
            {"outputs": [{"text": '{"a": ', "stop_reason": None}]},
            {
                "outputs": [{"text": "1}", "stop_reason": "stop"}],
                "amazon-bedrock-invocationMetrics": {"inputTokenCount": 3, "outputTokenCount": 2},
            },
        ],
        "stop",
    ),
    "amazon.titan-text": (
        {
            "inputText": "hi",
            "textGenerationConfig": {"maxTokenCount": 64, "temperature": 0.5, "topP": 0.9},
        },
        {
            "inputTextTokenCount": 3,
            "results": [{"tokenCount": 2, "outputText": '{"a": 1}', "completionReason": "FINISH"}],
        },
        "FINISH",
    ),
    "amazon.titan-text in chunks": (
        {
            "inputText": "hi",
            "textGenerationConfig": {"maxTokenCount": 64, "temperature": 0.5, "topP": 0.9},
        },
        [
            {"outputText": '{"a": ', "index": 0, "inputTextTokenCount": 3},
            {
                "outputText": "1}",
                "totalOutputTextTokenCount": 2,
                "completionReason": "FINISH",
            },
        ],
        "FINISH",
    ),
    "cohere.command": (
        {"prompt": "hi", "temperature": 0.5, "p": 0.9, "max_tokens": 64},
        {"generations": [{"text": '{"a": 1}', "finish_reason": "COMPLETE"}], "prompt": "hi"},
        "COMPLETE",
    ),
    "cohere.command-r": (
        {
            "message": "hi",
            "chat_history": [
                {"role": "USER", "message": "before"},
                {"role": "CHATBOT", "message": "told"},
            ],
            "temperature": 0.5,
            "p": 0.9,
            "max_tokens": 64,
        },
        {"text": '{"a": 1}', "generation_id": "g", "finish_reason": "COMPLETE"},
        "COMPLETE",
    ),
    "cohere.command-r in chunks": (
        {"message": "hi", "temperature": 0.5, "p": 0.9, "max_tokens": 64},
        [
            {"event_type": "stream-start", "is_finished": False},
            {"event_type": "text-generation", "text": '{"a": ', "is_finished": False},
            {"event_type": "text-generation", "text": "1}", "is_finished": False},
            {"event_type": "stream-end", "finish_reason": "COMPLETE", "is_finished": True},
        ],
        "COMPLETE",
    ),
}


def _log(model: str, ask: object, told: object, *, counted: bool) -> bytes:
    example: dict[str, Any] = dict(known_formats()["bedrock"].example)  # type: ignore[union-attr]
    counts = ({"inputTokenCount": 3}, {"outputTokenCount": 2}) if counted else ({}, {})
    example["modelId"] = model
    example["input"] = {"inputBodyJson": ask, **counts[0]}
    example["output"] = {"outputBodyJson": told, **counts[1]}
    return orjson.dumps(example)


@pytest.mark.parametrize("model", sorted(CASES))
def test_a_model_with_a_dialect_of_its_own_is_read(
    read: Callable[..., Any], tmp_path: Path, model: str
) -> None:
    ask, told, end = CASES[model]
    bears_counts = b"oken" in orjson.dumps(told)
    (tmp_path / "a.jsonl").write_bytes(_log(model, ask, told, counted=not bears_counts))
    [row] = read(tmp_path).rows
    assert (row["prompt_text"], row["response_text"]) == ("hi", '{"a": 1}')
    assert (row["temperature"], row["top_p"], row["max_output_tokens"]) == (0.5, 0.9, 64)
    assert (row["stop_reason"], row["content_state"]) == (end, "full")
    assert (row["input_tokens"], row["output_tokens"]) == (3, 2)


def test_a_cohere_chat_has_its_history_and_its_calls(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    ask, told, _ = CASES["cohere.command-r"]
    assert isinstance(ask, dict)
    assert isinstance(told, dict)
    ask = {**ask, "preamble": "be brief"}
    told = {**told, "tool_calls": [{"name": "f", "parameters": {"x": 1}}]}
    (tmp_path / "a.jsonl").write_bytes(_log("cohere.command-r", ask, told, counted=True))
    [row] = read(tmp_path).rows
    assert (row["system_text"], row["turn"], row["tool_calls"]) == ("be brief", 2, 1)
    assert len(row["history_digests"]) == 2


def test_an_embedding_of_titan_has_its_text_and_its_count(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    told = {"embedding": [0.5], "inputTextTokenCount": 3}
    log = _log("amazon.titan-embed", {"inputText": "[1]"}, told, counted=False)
    (tmp_path / "a.jsonl").write_bytes(log)
    [row] = read(tmp_path).rows
    assert (row["prompt_text"], row["input_tokens"], row["operation"]) == ("[1]", 3, "embedding")
    assert row["response_text"] is None
