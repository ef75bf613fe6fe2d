"""The narrow table between text and statistics: a row an exchange, only digests and counts.

Every digest is a signed 64-bit integer (no engine lacks it); null means that there was nothing to
digest. Sums of any of the integer columns are exact, so they do not depend on the order of rows.
"""

from __future__ import annotations

import pyarrow as pa

from stillwatch.schema.columns import TIME, Column, table

__all__ = ["ANCHORS", "DIMENSIONS", "READING", "TRACES"]

DIMENSIONS = 16
"""Dimensions of the random projection."""
ANCHORS = 4
"""How many of the smallest shingle digests of a prompt are kept."""
TRACES = 4
"""How many sampled shingle digests are kept to find a text inside another."""

_S, _F, _I, _I32, _B = pa.string(), pa.float64(), pa.int64(), pa.int32(), pa.bool_()
_LI = pa.list_(_I)


def _digest(name: str, meaning: str) -> Column:
    return Column(name, _I, meaning, "digest")


READING = table(
    # who and when
    Column("exchange_id", _S, "as in exchange", required=True),
    Column("exchange", _I, "digest of exchange_id", "digest", required=True),
    Column("started_at", TIME, "as in exchange", required=True),
    Column("account_id", _S, "as in exchange", required=True),
    Column("account", _I, "digest of account_id", "digest", required=True),
    _digest("organization", "organization_id"),
    _digest("credential", "credential_id"),
    _digest("session", "session_id"),
    _digest("end_user", "end_user_id"),
    _digest("client_ip", "client_ip"),
    _digest("client_net", "client_net"),
    _digest("user_agent", "user_agent"),
    _digest("tls", "tls_fingerprint"),
    Column("asn", _I, "as in exchange"),
    Column("channel", _S, "as in exchange"),
    Column("operation", _S, "as in exchange"),
    Column("model", _S, "as in exchange"),
    Column("tier", _S, "as in exchange"),
    Column("stop_reason", _S, "as in exchange"),
    Column("refusal_category", _S, "as in exchange"),
    Column("content_state", _S, "as in exchange"),
    # numbers passed through
    Column("duration_ms", _F, "as in exchange", "ms"),
    Column("ttft_ms", _F, "as in exchange", "ms"),
    Column("temperature", _F, "as in exchange"),
    Column("top_p", _F, "as in exchange"),
    Column("n", _I, "as in exchange"),
    Column("max_output_tokens", _I, "as in exchange", "tokens"),
    Column("logprobs", _B, "as in exchange"),
    Column("stream", _B, "as in exchange"),
    Column("turn", _I, "as in exchange"),
    Column("tool_calls", _I, "as in exchange"),
    Column("input_tokens", _I, "as in exchange", "tokens"),
    Column("cached_input_tokens", _I, "as in exchange", "tokens"),
    Column("output_tokens", _I, "as in exchange", "tokens"),
    Column("reasoning_tokens", _I, "as in exchange", "tokens"),
    Column("http_status", _I, "as in exchange"),
    Column("sample_rate", _F, "share of such exchanges that was kept; null means all"),
    # lists, as digests
    _digest("tool_set", "the offered tool names, order-free"),
    Column("tools", _I32, "how many tools are offered"),
    Column(
        "tool_domain", _I32, "bit 1 code or shell, 2 browser or computer, 4 data or SQL, 8 other"
    ),
    _digest("history", "the last history digest, where there are at least two"),
    Column("history_length", _I32, "messages before this turn"),
    Column("reasoning_in", _LI, "digests of the blocks presented"),
    Column("reasoning_out", _LI, "digests of the blocks issued"),
    Column("images", _LI, "digests of the perceptual hashes"),
    # sketches of text
    _digest("item", "the whole prompt, case and space folded, nothing masked"),
    _digest("system", "the whole system text, digits masked"),
    _digest("system_anchor", "smallest shingle digest of the system text"),
    _digest("head", "first words of the prompt, digits masked"),
    _digest("tail", "last words of the prompt, digits masked"),
    *(_digest(f"anchor_{i}", "a smallest shingle digest of the prompt") for i in range(ANCHORS)),
    *(_digest(f"prompt_trace_{i}", "a sampled shingle of the prompt") for i in range(TRACES)),
    *(_digest(f"answer_trace_{i}", "a sampled shingle of the answer") for i in range(TRACES)),
    Column("prompt_bytes", _I32, "length of the prompt", "bytes"),
    Column("prompt_words", _I32, "words of the prompt", "words"),
    Column("system_bytes", _I32, "length of the system text", "bytes"),
    Column("answer_bytes", _I32, "length of the visible answer", "bytes"),
    Column("reasoning_bytes", _I32, "length of the visible reasoning", "bytes"),
    Column("asks", _I32, "bit set of what is asked for (read.asks.ASKS)"),
    *(
        Column(f"e{i:02d}", _I32, "random projection of the prompt's words")
        for i in range(DIMENSIONS)
    ),
    Column("e_square", _I, "sum of squares of e00…"),
)
"""What `read` makes of an exchange; the last table that was computed with the text at hand."""
