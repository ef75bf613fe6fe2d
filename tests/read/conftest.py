"""Builders of small exchange batches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from stillwatch.schema import EXCHANGE, TIME

Make = Callable[..., pa.RecordBatch]


@pytest.fixture(scope="session")
def exchanges() -> Make:
    """Batches out of columns given as lists; what the contract requires is filled in."""

    def make(rows: int | None = None, **columns: list[object]) -> pa.RecordBatch:
        size = rows if rows is not None else len(next(iter(columns.values())))
        given: dict[str, list[object]] = {
            "exchange_id": [f"e{i}" for i in range(size)],
            "started_at": [datetime(2026, 5, 1, tzinfo=UTC)] * size,
            "account_id": ["a"] * size,
        }
        given |= columns
        arrays = {
            name: pa.array(values, TIME if name == "started_at" else EXCHANGE.field(name).type)
            for name, values in given.items()
        }
        return pa.record_batch(arrays)

    return make
