"""Worlds with known truth × metrics: what is found, what it costs, and who is accused wrongly."""

from stillwatch.bench.run import Benchmark, bench, read_results, write_results
from stillwatch.bench.world import Task
from stillwatch.bench.worlds import LEVELS, Place, Plan, places

__all__ = [
    "LEVELS",
    "Benchmark",
    "Place",
    "Plan",
    "Task",
    "bench",
    "places",
    "read_results",
    "write_results",
]
