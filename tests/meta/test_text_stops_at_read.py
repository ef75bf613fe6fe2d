"""Below `read` there is no text: what a table may hold as a string is listed here, by name."""

from __future__ import annotations

import pyarrow as pa

from stillwatch import schema

IDS = {"exchange_id", "account_id"}
FEW_VALUES = {
    "channel",
    "content_state",
    "model",
    "operation",
    "refusal_category",
    "stop_reason",
    "tier",
}
TEXT = {"system_text", "prompt_text", "response_text", "reasoning_text"}


def _holds_text(kind: pa.DataType) -> bool:
    if pa.types.is_list(kind):
        return _holds_text(kind.value_type)
    return not (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_timestamp(kind)
    )


def test_a_reading_holds_ids_and_words_of_few_values_and_no_other_string() -> None:
    strings = {field.name for field in schema.READING if _holds_text(field.type)}
    assert strings == IDS | FEW_VALUES


def test_no_table_that_goes_out_has_a_column_of_text() -> None:
    out = (schema.CAMPAIGN, schema.MEMBER, schema.ACCOUNT_ASSESSMENT, schema.EVIDENCE)
    assert {name for table in out for name in table.names} & TEXT == set()


def test_every_column_says_what_it_means() -> None:
    tables = (
        schema.EXCHANGE,
        schema.ACCOUNT,
        schema.MODEL_RELEASE,
        schema.READING,
        schema.EVIDENCE,
    )
    silent = [f.name for table in tables for f in table if not (f.metadata or {}).get(b"meaning")]
    assert silent == []
