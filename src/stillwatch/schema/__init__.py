"""The data contracts: tables that come in, the readings between, tables that go out."""

from stillwatch.schema.columns import TIME, Column, table
from stillwatch.schema.inputs import ACCOUNT, EXCHANGE, MODEL_RELEASE
from stillwatch.schema.outputs import (
    ACCOUNT_ASSESSMENT,
    ACTIONS,
    CAMPAIGN,
    CAPABILITIES,
    EVIDENCE,
    FAMILIES,
    MEMBER,
)
from stillwatch.schema.readings import ANCHORS, DIMENSIONS, READING, TRACES

__all__ = [
    "ACCOUNT",
    "ACCOUNT_ASSESSMENT",
    "ACTIONS",
    "ANCHORS",
    "CAMPAIGN",
    "CAPABILITIES",
    "DIMENSIONS",
    "EVIDENCE",
    "EXCHANGE",
    "FAMILIES",
    "MEMBER",
    "MODEL_RELEASE",
    "READING",
    "TIME",
    "TRACES",
    "Column",
    "table",
]
