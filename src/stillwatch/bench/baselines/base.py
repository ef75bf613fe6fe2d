"""What a baseline is: rolled-up tables in, one score an account out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.rollup import Tables

__all__ = ["Baseline", "Floats"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """One simple method.

    Attributes:
        name: As the file.
        meaning: What it does, one sentence.
        source: Where it is from.
        score: Tables to a score for each account, larger is more suspicious; NaN where it has
            nothing to say.
    """

    name: str
    meaning: str
    source: str
    score: Callable[[Tables], Floats]
