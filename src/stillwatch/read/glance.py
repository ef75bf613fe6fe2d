"""One request's text at a glance: whether it asks for the model's hidden reasoning.

The same rules as in `read.asks`, for gateways that count a rate and keep no text.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from stillwatch.read.asks import ask_bit, lexicon
from stillwatch.read.buffers import spans
from stillwatch.read.kernels.spans import ALPHABET
from stillwatch.read.kernels.texts import read_systems

__all__ = ["asks_hidden_reasoning"]

_BIT = ask_bit("own_reasoning")


def asks_hidden_reasoning(*texts: str | None) -> bool:
    """Whether any of the texts (newest user turn, system text) asks for hidden reasoning.

    >>> asks_hidden_reasoning("What is the capital of France?")
    False
    """
    given = [each for each in texts if each]
    if not given:
        return False
    column = pa.array([each.encode("utf-8", "replace").decode() for each in given], pa.string())
    digests = np.zeros((2, len(given)), np.int64)
    asks = np.zeros(len(given), np.int32)
    read_systems(spans(column), ALPHABET, lexicon(), digests, asks)
    return bool((asks & _BIT).any())
