"""The numbers of `make bench-serve` as a table for people."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime

BUDGET = {
    "decide p50": "50 µs (aim)",
    "decide p99": "1 ms",
    "http decisions": "3,000/s a core",
    "assessment lag": "60 s",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One measured number."""

    what: str
    value: float
    unit: str


def table(rows: list[Row], load: tuple[float, float, float]) -> str:
    """For people."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    busy = f"load average before the run {load[0]:.1f} (above 1, other work ran beside it)"
    budgets = ", ".join(f"{what} {most}" for what, most in BUDGET.items())
    lines = ["# Online: decisions, ingest, memory", ""]
    lines += [f"{datetime.now(UTC):%Y-%m-%d}, {machine}; {busy}. Budgets: {budgets}.", ""]
    lines += ["| what | measured |", "|---|---|"]
    lines += [f"| {row.what} | {_number(row.value)} {row.unit} |" for row in rows]
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits
