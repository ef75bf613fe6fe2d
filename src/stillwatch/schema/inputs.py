"""The tables that come in: exchange, account, model_release (data contract, sections 1-3)."""

from __future__ import annotations

import pyarrow as pa

from stillwatch.schema.columns import TIME, Column, table

__all__ = ["ACCOUNT", "EXCHANGE", "MODEL_RELEASE"]

_S, _F, _I, _B = pa.string(), pa.float64(), pa.int64(), pa.bool_()
_L = pa.list_(_S)

EXCHANGE = table(
    Column("exchange_id", _S, "unique; the same id twice is the same exchange", required=True),
    Column("started_at", TIME, "when the request arrived", required=True),
    Column("duration_ms", _F, "whole exchange", "ms"),
    Column("ttft_ms", _F, "time to the first token", "ms"),
    Column("account_id", _S, "what can be verified, throttled or suspended", required=True),
    Column("organization_id", _S, "who holds the contract; many accounts may share one"),
    Column("credential_id", _S, "keyed hash of the API key, or the login session"),
    Column("end_user_id", _S, "the customer's own end user, as reported (untrusted)"),
    Column("channel", _S, "access pathway: api, app, cli, bedrock, vertex, azure, reseller"),
    Column("client_ip", _S, "IPv4/IPv6 text, or a keyed hash with the prefix h:"),
    Column("client_net", _S, "its /24 (IPv4) or /48 (IPv6), text or keyed hash"),
    Column("asn", _I, "autonomous system number"),
    Column("country", _S, "ISO 3166-1 alpha-2 of the client address; never evidence"),
    Column("user_agent", _S, "as sent"),
    Column("tls_fingerprint", _S, "JA4 or JA3"),
    Column("operation", _S, "chat, completion, embedding"),
    Column("model", _S, "model that served it"),
    Column("tier", _S, "free, paid, enterprise, program, at the time"),
    Column("temperature", _F, "sampling temperature"),
    Column("top_p", _F, "nucleus sampling mass"),
    Column("n", _I, "samples asked for"),
    Column("max_output_tokens", _I, "output cap", "tokens"),
    Column("logprobs", _B, "token probabilities asked for"),
    Column("stream", _B, "answer streamed"),
    Column("system_text", _S, "system prompt"),
    Column("prompt_text", _S, "the newest user turn"),
    Column("response_text", _S, "the visible answer"),
    Column("reasoning_text", _S, "visible reasoning, where the provider shows any"),
    Column("turn", _I, "1 for the first user turn of the conversation"),
    Column("session_id", _S, "conversation"),
    Column("history_digests", _L, "keyed digest of every earlier message, oldest first"),
    Column("reasoning_in", _L, "digests of opaque reasoning blocks that the request presents"),
    Column("reasoning_out", _L, "digests of opaque reasoning blocks that the response issues"),
    Column("tool_names", _L, "tools that the request offers"),
    Column("tool_calls", _I, "tool calls in the response"),
    Column("image_digests", _L, "perceptual hashes of images in the request"),
    Column("input_tokens", _I, "including cached ones", "tokens"),
    Column("cached_input_tokens", _I, "part of input_tokens read from cache", "tokens"),
    Column("output_tokens", _I, "including reasoning", "tokens"),
    Column("reasoning_tokens", _I, "part of output_tokens", "tokens"),
    Column("stop_reason", _S, "as the model said"),
    Column("refusal_category", _S, "as the safety layer said"),
    Column("http_status", _I, "status of the response"),
    Column("content_state", _S, "full, truncated, redacted, hashed or absent"),
    Column("sample_rate", _F, "share of such exchanges that the log keeps; null means all"),
)
"""One request to a model and its response; an append-only stream."""

ACCOUNT = table(
    Column("account_id", _S, "as in exchange", required=True),
    Column("organization_id", _S, "who holds the contract"),
    Column("organization_name", _S, "as registered; shown, never evidence"),
    Column("created_at", TIME, "sign-up"),
    Column("status", _S, "active, suspended, …; cleared: people found it honest"),
    Column("tier", _S, "as in exchange"),
    Column("program", _S, "education, research, startup or null"),
    Column("verification", _I, "0 none, 1 e-mail, 2 phone or payment, 3 documents or contract"),
    Column("sso", _B, "provisioned through the organisation's identity provider"),
    Column("email_domain", _S, "domain of the sign-up address"),
    Column("email_shape", _S, "letters as a, digits as 9: aaaa.aaaaa99"),
    Column("email_hmac", _S, "keyed hash"),
    Column("phone_hmac", _S, "keyed hash"),
    Column("payment_hmac", _S, "keyed hash"),
    Column("device_hmac", _S, "keyed hash"),
    Column("payment_bin", _S, "issuer of the payment card"),
    Column("billing_country", _S, "never evidence"),
    Column("signup_ip", _S, "as client_ip"),
    Column("signup_net", _S, "as client_net"),
    Column("signup_asn", _I, "autonomous system number"),
    Column("declared_use", _S, "what the customer told the provider"),
)
"""One account, as known at the moment of the run."""

MODEL_RELEASE = table(
    Column("model", _S, "as in exchange", required=True),
    Column("released_at", TIME, "when customers could first use it", required=True),
)
"""When a model became available; for pivots."""
