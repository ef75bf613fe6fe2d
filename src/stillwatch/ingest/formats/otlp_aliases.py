"""Attribute names of every OTel dialect that emitters really send, by canonical column.

Dialects: OTel GenAI (latest; up to 1.36), LiteLLM's `otel` callback, vLLM, OpenInference. In each
row the first name that is there counts. The conventions are still in development, so this is a
table and not a set of constants.
"""

from __future__ import annotations

__all__ = ["ALIASES", "CONTENT", "INFERENCE", "NO_INFERENCE"]

ALIASES: dict[str, tuple[str, ...]] = {
    "account_id": (
        "stillwatch.account_id",
        "account.id",
        "metadata.user_api_key_user_id",
        "metadata.user_api_key_team_id",
        "metadata.user_api_key_org_id",
        "user.id",
    ),
    "organization_id": (
        "organization.id",
        "metadata.user_api_key_org_id",
        "metadata.user_api_key_team_id",
    ),
    "credential_id": ("stillwatch.credential_id", "metadata.user_api_key_hash", "api_key.hash"),
    "end_user_id": ("metadata.user_api_key_end_user_id", "llm.user", "enduser.id"),
    "client_ip": ("client.address", "metadata.requester_ip_address", "net.peer.ip"),
    "user_agent": ("user_agent.original", "metadata.user_agent", "http.user_agent"),
    "tls_fingerprint": ("tls.client.ja4", "tls.client.ja3"),
    "model": (
        "gen_ai.response.model",
        "gen_ai.request.model",
        "llm.model_name",
        "litellm.model_group",
    ),
    "session_id": ("gen_ai.conversation.id", "session.id", "metadata.session_id"),
    "temperature": ("gen_ai.request.temperature",),
    "top_p": ("gen_ai.request.top_p",),
    "n": ("gen_ai.request.choice.count", "gen_ai.request.n"),
    "max_output_tokens": ("gen_ai.request.max_tokens",),
    "stream": ("gen_ai.request.stream", "llm.is_streaming"),
    "input_tokens": (
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.prompt_tokens",
        "llm.token_count.prompt",
    ),
    "cached_input_tokens": (
        "gen_ai.usage.cache_read.input_tokens",
        "llm.token_count.prompt_details.cache_read",
    ),
    "output_tokens": (
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.completion_tokens",
        "llm.token_count.completion",
    ),
    "reasoning_tokens": (
        "gen_ai.usage.reasoning.output_tokens",
        "llm.token_count.completion_details.reasoning",
    ),
    "http_status": ("http.response.status_code", "http.status_code"),
}

CONTENT: dict[str, tuple[str, ...]] = {
    "system": ("gen_ai.system_instructions",),
    "input": ("gen_ai.input.messages", "gen_ai.prompt"),
    "output": ("gen_ai.output.messages", "gen_ai.completion"),
    "request": ("input.value",),
    "response": ("output.value",),
    "parameters": ("llm.invocation_parameters",),
    "tools": ("gen_ai.tool.definitions", "llm.tools"),
}

INFERENCE = (
    "gen_ai.request.model",
    "gen_ai.response.model",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "gen_ai.usage.completion_tokens",
    "gen_ai.request.id",
    "llm.model_name",
)
"""A span with any of these is a call of a model."""

NO_INFERENCE = frozenset(
    {"execute_tool", "invoke_agent", "create_agent", "apply_guardrail", "invoke_workflow", "plan"}
)
"""Operations that carry the attributes of a call without being one."""
