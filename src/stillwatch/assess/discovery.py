"""How many of the reported campaigns are expected to be false, and how to bound that share.

A posterior probability p of a campaign is 1 - p of a false report, so the expected number of false
ones among those reported is the sum of 1 - p. Reporting the largest set, from the top, whose mean
of 1 - p stays below a share keeps the expected share of false reports below it: the step-up rule of
Benjamini and Hochberg with posteriors in place of p-values (Müller, Parmigiani, Robert and Rousseau
2004). It holds as far as the probabilities are calibrated, which `stillwatch bench` measures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["expected_false", "threshold"]


def expected_false(probabilities: Sequence[float]) -> float:
    """Expected number of false ones among these.

    >>> round(expected_false([0.9, 0.7]), 3)
    0.4
    """
    return float(sum(1 - p for p in probabilities))


def threshold(probabilities: Sequence[float], share: float, *, least: float) -> float:
    """The lowest threshold, not below `least`, that keeps the expected false share to `share`.

    Args:
        probabilities: Of all groups that were judged.
        share: Largest expected share of false ones among those reported, 0..1.
        least: Threshold that is in force anyway.

    >>> threshold([0.99, 0.95, 0.72], 0.1, least=0.7)
    0.95
    """
    ordered = np.sort([p for p in probabilities if p >= least])[::-1]
    if not len(ordered):
        return least
    mean = np.cumsum(1 - ordered) / np.arange(1, len(ordered) + 1)
    ends = np.append(ordered[1:] < ordered[:-1], True)  # those equal go together or not at all
    allowed = np.flatnonzero((mean <= share) & ends)
    if not len(allowed):
        return 1.0
    last = int(allowed[-1])
    return least if last == len(ordered) - 1 else float(ordered[last])
