"""The account table as it can have been at an earlier moment: who went on was not suspended."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.rollup import Tables

__all__ = ["without_hindsight"]


def without_hindsight(accounts: pa.Table, tables: Tables, moment: datetime) -> pa.Table:
    """The accounts with the status of those that were still active later set to `active`.

    The table tells who is suspended now, not since when; an account whose last exchange lies after
    the moment was not suspended at it. What was known then is thereby told from what followed.

    Args:
        accounts: Of schema ACCOUNT, as known at the end.
        tables: Rollups of the end: who was active until when.
        moment: The earlier moment.
    """
    seen = tables.accounts["account_id"].combine_chunks()
    ends = pa.array(tables.number("last_us").astype("int64"), pa.timestamp("us", tz="UTC"))
    last = ends.take(pc.index_in(accounts["account_id"].combine_chunks(), value_set=seen))
    later = pc.fill_null(pc.greater_equal(last, pa.scalar(moment, last.type)), fill_value=False)
    at = accounts.schema.get_field_index("status")
    known = pc.if_else(
        pc.and_(later, pc.not_equal(accounts["status"], "cleared")), "active", accounts["status"]
    )
    return accounts.set_column(at, accounts.schema.field(at), known)
