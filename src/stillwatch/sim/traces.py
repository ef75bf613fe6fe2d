"""Rhythms and volumes measured elsewhere, read from a folder of Parquet files.

Understood are tables with `client`, `window_start_s`, `rate_rps` (request rates of tenants over
time, as ServeGen publishes) and tables with `context_tokens`, `generated_tokens` (request sizes,
as Azure publishes). Other files of the folder are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["Traces", "read_traces"]

_HOURS = 168
_RATE = {"client", "window_start_s", "rate_rps"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What was measured.

    Attributes:
        weeks: [tenants, 168] share of a tenant's requests in each hour of its week; null: none.
    """

    weeks: npt.NDArray[np.float64] | None = None


def read_traces(folder: Path | None) -> Traces:
    """The traces of a folder; without a folder, none."""
    if folder is None:
        return Traces()
    found = []
    for path in sorted(folder.glob("**/*.parquet")):
        names = set(pq.read_schema(path).names)
        if names >= _RATE:
            found.append(_weeks(pq.read_table(path)))
    weeks = np.concatenate(found) if found else None
    return Traces(weeks=weeks if weeks is not None and len(weeks) else None)


def _weeks(table: pa.Table) -> npt.NDArray[np.float64]:
    extra = [name for name in ("category", "model") if name in table.column_names]
    tenants: dict[tuple[str, ...], npt.NDArray[np.float64]] = {}
    columns = [table[n].to_pylist() for n in (*extra, "client", "window_start_s", "rate_rps")]
    for *who, start, rate in zip(*columns, strict=True):
        week = tenants.setdefault(tuple(map(str, who)), np.zeros(_HOURS))
        week[int(start) // 3600 % _HOURS] += rate or 0.0
    rates = np.stack(list(tenants.values())) if tenants else np.zeros((0, _HOURS))
    busy = rates[rates.sum(axis=1) > 0]
    weeks: npt.NDArray[np.float64] = busy / busy.sum(axis=1, keepdims=True)
    return weeks
