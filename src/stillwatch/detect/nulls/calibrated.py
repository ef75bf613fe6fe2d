"""What a p-value is worth at most, in bits."""

from __future__ import annotations

import numpy as np

__all__ = ["surprise_bits"]

_TURN = 1 / np.e  # above, a p-value speaks for nothing


def surprise_bits(share: float, *, agree: float, ceiling: float) -> float:
    """Bits for a campaign from the probability of so much by chance; never below 0.

    No alternative makes a p-value worth more than 1 / (-e p ln p) to one (Sellke, Bayarri and
    Berger 2001); `agree` is how often a campaign behaves so at all.

    Args:
        share: Probability under the null, 0…1.
        agree: How often a campaign does this, 0…1.
        ceiling: The most that this kind of evidence may say.

    >>> surprise_bits(0.5, agree=0.5, ceiling=4)
    0.0
    >>> round(surprise_bits(0.001, agree=0.5, ceiling=9), 1)
    4.7
    """
    if share >= _TURN:
        return 0.0
    p = max(share, 1e-12)
    return float(np.clip(np.log2(agree / (-np.e * p * np.log(p))), 0.0, ceiling))
