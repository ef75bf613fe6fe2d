"""A null that is fitted to the traffic, or taken from a stored calibration."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from stillwatch.rollup.tables import Tables

__all__ = ["fitted"]

Floats = npt.NDArray[np.float64]


def fitted(tables: Tables, name: str, fit: Callable[[], Floats]) -> Floats:
    """The stored null of that name, or what `fit` gives; what was used is noted in the tables.

    Args:
        tables: The run's rollups.
        name: Name of the null, as a calibration stores it.
        fit: Fits it to the traffic of this run.
    """
    stored = tables.stored.get(name)
    value = fit() if stored is None else np.asarray(stored, np.float64)
    tables.fitted[name] = tuple(float(v) for v in value)
    return value
