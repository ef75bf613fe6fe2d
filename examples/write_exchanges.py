"""Writes a table of exchanges in the columns of the data contract, from what a gateway knows."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.schema import EXCHANGE

# Three columns are required. Each further one lets more detectors speak; what is not known is null.
LOG = [
    {
        "exchange_id": "req-1",
        "started_at": datetime(2026, 3, 3, 2, 14, 7, tzinfo=UTC),
        "account_id": "a-4471",
        "model": "large-2",
        "prompt_text": "Find the outliers in dataset 88121.",
        "output_tokens": 1900,
    },
    {
        "exchange_id": "req-2",
        "started_at": datetime(2026, 3, 3, 2, 14, 9, tzinfo=UTC),
        "account_id": "a-9020",
        "model": "large-2",
        "prompt_text": "Find the outliers in dataset 88122.",
        "output_tokens": 1750,
    },
]

known = pa.Table.from_pylist(LOG, schema=EXCHANGE)
pq.write_table(known, "exchanges.parquet")
print(f"exchanges.parquet: {known.num_rows} exchanges")
