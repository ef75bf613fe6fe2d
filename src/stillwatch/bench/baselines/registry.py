"""All baselines, found by scanning the folder: adding one is adding a file."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from stillwatch.bench import baselines as folder
from stillwatch.bench.baselines.base import Baseline

__all__ = ["baselines"]


@cache
def baselines() -> tuple[Baseline, ...]:
    """Every baseline, by name."""
    modules = (
        importlib.import_module(f"{folder.__name__}.{m.name}")
        for m in pkgutil.iter_modules(folder.__path__)
    )
    found = [b for m in modules if isinstance(b := getattr(m, "BASELINE", None), Baseline)]
    return tuple(sorted(found, key=lambda b: b.name))
