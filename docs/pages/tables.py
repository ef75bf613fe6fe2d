"""reference/tables.md: the data contract, column by column."""

from __future__ import annotations

import pyarrow as pa

from pages.markdown import table
from stillwatch import schema

INTRODUCTION = """# Tables

What comes in and what goes out, as Apache Arrow schemas. Timestamps are `timestamp[us, tz=UTC]`,
durations are milliseconds, token counts whole numbers. **Unknown is null, never 0 or an empty
string.** Identifiers are opaque strings. A column that is missing is a column of nulls; a detector
that needs it says so and stays silent. Columns may be added to a table, never changed.
"""

TABLES = (
    (
        "exchange",
        schema.EXCHANGE,
        (
            "Comes in: one request to a model and its response, an append-only stream. Only the "
            "required columns must be there."
        ),
    ),
    (
        "account",
        schema.ACCOUNT,
        (
            "Comes in, optional: one account, as known at the moment of the run. Without it "
            "identity evidence is silent."
        ),
    ),
    (
        "model_release",
        schema.MODEL_RELEASE,
        "Comes in, optional: when a model became available.",
    ),
    (
        "reading",
        schema.READING,
        (
            "Inside: what the program keeps of an exchange. It is the last table that was computed "
            "with the text at hand, and it holds no text: digests, counts and sketches only."
        ),
    ),
    ("campaigns", schema.CAMPAIGN, "Goes out, `campaigns.parquet`: one campaign."),
    ("members", schema.MEMBER, "Goes out, `members.parquet`: an account of a campaign."),
    (
        "accounts",
        schema.ACCOUNT_ASSESSMENT,
        "Goes out, `accounts.parquet`: an account that has any evidence.",
    ),
    ("evidence", schema.EVIDENCE, "Goes out, `evidence.parquet`: a piece of evidence."),
)
WORDS = (
    ("Evidence families", schema.FAMILIES),
    ("Capabilities", schema.CAPABILITIES),
    ("Recommended actions", schema.ACTIONS),
)


def page() -> str:
    """The page."""
    parts = [INTRODUCTION]
    for name, fields, purpose in TABLES:
        parts.append(f"\n## {name}\n\n{purpose}\n\n{_columns(fields)}")
    parts.append("\n## Words\n\nThe values that these columns may hold.\n\n")
    rows = [(title, ", ".join(f"`{word}`" for word in words)) for title, words in WORDS]
    parts.append(table(("column", "values"), rows))
    return "".join(parts)


def _columns(fields: pa.Schema) -> str:
    rows = []
    for field in fields:
        note = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
        required = "" if field.nullable else "yes"
        rows.append((f"`{field.name}`", f"`{field.type}`", note["unit"], required, note["meaning"]))
    return table(("column", "type", "unit", "required", "meaning"), rows)
