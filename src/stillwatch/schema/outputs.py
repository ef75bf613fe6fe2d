"""The tables that a detection run writes (data contract, section 4)."""

from __future__ import annotations

import pyarrow as pa

from stillwatch.schema.columns import TIME, Column, table

__all__ = [
    "ACCOUNT_ASSESSMENT",
    "ACTIONS",
    "CAMPAIGN",
    "CAPABILITIES",
    "EVIDENCE",
    "FAMILIES",
    "MEMBER",
]

_S, _F, _I = pa.string(), pa.float64(), pa.int64()
_L = pa.list_(_S)

CAPABILITIES = (
    "reasoning",
    "agentic",
    "tool_use",
    "coding",
    "data_analysis",
    "grading",
    "vision",
    "computer_use",
    "general",
    "safety_rewrites",
)

FAMILIES = (
    "volume",
    "structure",
    "training_value",
    "coordination",
    "identity",
    "intelligence",
    "integrity",
)

ACTIONS = (
    "observe",
    "tag",
    "protect_output",
    "quota",
    "verify",
    "hold",
    "suspend",
    "notify_owner",
)

CAMPAIGN = table(
    Column("campaign_id", _S, "stable from run to run", required=True),
    Column(
        "probability",
        _F,
        "that this is one covert harvesting operation",
        "0..1",
        required=True,
    ),
    Column("first_seen", TIME, "first exchange of one of its surest members"),
    Column("last_seen", TIME, "last exchange of one of its surest members"),
    Column("detected_at", TIME, "earliest moment looked at when what was known sufficed"),
    Column("accounts", _I, "members"),
    Column("exchanges", _I, "of its members"),
    Column("capabilities", _L, "what it aims at"),
    Column("evidence_families", _L, "families with more than half a bit in favour"),
    Column("summary", _S, "one paragraph for a person"),
)

MEMBER = table(
    Column("campaign_id", _S, "as in campaigns", required=True),
    Column("account_id", _S, "as in exchange", required=True),
    Column("probability", _F, "that this account serves the campaign", "0..1", required=True),
    Column("exchanges", _I, "of this account"),
    Column("linked_by", _L, "what ties it to the others"),
)

ACCOUNT_ASSESSMENT = table(
    Column("account_id", _S, "as in exchange", required=True),
    Column("probability", _F, "that this account serves a campaign", "0..1", required=True),
    Column("log_odds_bits", _F, "log2 of probability over its complement", "bits"),
    Column("recommended_action", _S, "one of ACTIONS"),
    Column("campaign_id", _S, "the campaign it most likely serves, or null"),
)

EVIDENCE = table(
    Column("subject_kind", _S, "campaign or account", required=True),
    Column("subject_id", _S, "its id", required=True),
    Column("detector", _S, "which detector saw it", required=True),
    Column("family", _S, "one of FAMILIES", required=True),
    Column("bits", _F, "log2 likelihood ratio as counted", "bits", required=True),
    Column("reason", _S, "one sentence"),
    Column("exchange_ids", _L, "up to 5 that show it"),
)
