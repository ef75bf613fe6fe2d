"""The stages' SQL in Spark's words, by sqlglot, and rules for where the two would differ."""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, UnsupportedError

__all__ = ["to_spark"]

_DIGITS = 12
"""Spark divides logarithms, which leaves log2(8) a hair off 3; beyond these digits is only that."""
_REFUSED = (exp.ApproxDistinct, exp.ApproxQuantile, exp.ArrayAgg, exp.TableSample)
"""What the two engines have a word for and answer differently."""


@lru_cache(maxsize=512)
def to_spark(query: str) -> str:
    """The same query for Spark SQL 4.

    Raises:
        sqlglot.errors.SqlglotError: It holds what Spark has no word for, or answers differently.
    """
    tree = sqlglot.parse_one(query, read="duckdb").transform(_alike)
    # quoted, for Spark has words of its own where a table may be called `stream`
    words: str = tree.sql(dialect="spark", identify=True, unsupported_level=ErrorLevel.RAISE)
    return words


def _alike(node: exp.Expression) -> exp.Expression:
    if isinstance(node, _REFUSED) or (isinstance(node, exp.Join) and node.method):
        message = f"not the same on both engines: {node.sql(dialect='duckdb')}"
        raise UnsupportedError(message)
    if isinstance(node, exp.Anonymous) and node.name.lower() == "epoch_us":
        return exp.Anonymous(this="unix_micros", expressions=node.expressions)
    if isinstance(node, exp.Length):  # our SQL takes lengths of lists only
        return exp.ArraySize(this=node.this)
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.INT128:
        return exp.DataType.build("decimal(38, 0)", dialect="spark")
    if isinstance(node, exp.Avg) and not isinstance(node.this, exp.Cast):
        # the mean of decimals has few digits in Spark
        return exp.Avg(this=exp.cast(node.this, exp.DataType.Type.DOUBLE))
    if isinstance(node, exp.Log) and not isinstance(node.parent, exp.Round):
        digits = exp.Literal.number(_DIGITS)
        return exp.Round(this=node.copy(), decimals=digits)
    return node
