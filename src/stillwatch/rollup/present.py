"""Which columns hold anything at all: a detector that lacks its columns says so."""

from __future__ import annotations

import pyarrow as pa

from stillwatch.engine import Engine

__all__ = ["present"]

_EXCHANGE = {
    "prompt_text": "item",
    "system_text": "system",
    "response_text": "answer_bytes",
    "organization_id": "organization",
    "credential_id": "credential",
    "session_id": "session",
    "client_ip": "client_ip",
    "client_net": "client_net",
    "user_agent": "user_agent",
    "tls_fingerprint": "tls",
    "model": "model",
    "n": "n",
    "logprobs": "logprobs",
    "turn": "turn",
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cached_input_tokens": "cached_input_tokens",
    "http_status": "http_status",
    "refusal_category": "refusal_category",
    "tool_names": "tool_set",
    "history_digests": "history",
    "reasoning_in": "reasoning_in",
    "reasoning_out": "reasoning_out",
    "image_digests": "images",
    "temperature": "temperature",
}
_ACCOUNT = (
    "created_at",
    "status",
    "program",
    "verification",
    "email_shape",
    "email_domain",
    "payment_hmac",
    "device_hmac",
    "phone_hmac",
    "signup_net",
    "declared_use",
)


def present(engine: Engine, releases: pa.Table | None, *, source: str = "reading") -> None:
    """Make `present`: one row (name) a column with at least one value."""
    tests = ", ".join(f"count({column}) > 0 AS {name}" for name, column in _EXCHANGE.items())
    row = engine.fetch(f"SELECT {tests} FROM {source}").to_pylist()[0]
    names = [name for name, found in row.items() if found]
    tests = ", ".join(f"count({column}) > 0 AS {column}" for column in _ACCOUNT)
    row = engine.fetch(f"SELECT {tests} FROM fact").to_pylist()[0]
    names += [f"account.{name}" for name, found in row.items() if found]
    if releases is not None and releases.num_rows:
        names.append("model_release.released_at")
    engine.attach("present", pa.table({"name": pa.array(names, pa.string())}))
