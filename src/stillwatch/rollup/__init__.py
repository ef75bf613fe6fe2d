"""Additive tables: what accounts, streams and shared values sum up to."""

from stillwatch.rollup.accounts import accounts
from stillwatch.rollup.activity import SUMS, activity
from stillwatch.rollup.attributes import attributes
from stillwatch.rollup.clean import clean, microseconds
from stillwatch.rollup.grow import begin, grow
from stillwatch.rollup.present import present
from stillwatch.rollup.rows import Rows
from stillwatch.rollup.streams import KEYS, streams
from stillwatch.rollup.tables import HOUR, Tables

__all__ = [
    "HOUR",
    "KEYS",
    "SUMS",
    "Rows",
    "Tables",
    "accounts",
    "activity",
    "attributes",
    "begin",
    "clean",
    "grow",
    "microseconds",
    "present",
    "streams",
]
