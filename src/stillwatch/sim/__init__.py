"""Simulated worlds: honest customers of many kinds, campaigns of many techniques, and the truth.

It sees the data contract only: a simulator that could see a detector would be written to please it.
"""

from stillwatch.sim.campaigns import BLIND_SPOTS, TECHNIQUES
from stillwatch.sim.honest import KINDS
from stillwatch.sim.simulate import Summary, simulate
from stillwatch.sim.world import PRESETS, Campaign, World, benchmark, demo, february, mixed

__all__ = [
    "BLIND_SPOTS",
    "KINDS",
    "PRESETS",
    "TECHNIQUES",
    "Campaign",
    "Summary",
    "World",
    "benchmark",
    "demo",
    "february",
    "mixed",
    "simulate",
]
