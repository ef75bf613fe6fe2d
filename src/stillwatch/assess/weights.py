"""What a bit of each detector is worth when detectors are added up.

A detector measures against its own null and knows nothing of the others: what it says is partly
what another has said already, and honest groups that are linked at all show more of some things
than the null allows for. A weight is what is left of a bit then. The weights were fitted together
(`benchmarks/weights.py`: logistic regression, ridge towards one half, none below 0.15) on linked
groups of three simulators whose truth is known; docs/explanation/benchmark.md has what they give on
simulators that had no part. A cryptographic proof counts in full: it is no matter of statistics.
"""

from __future__ import annotations

__all__ = ["weighed"]

_IN_FAVOUR = {
    "banned_return": 0.7, "coverage": 0.4, "day_one": 0.6, "elicitation": 0.65, "flat_rhythm": 0.35,
    "grader_shape": 0.4, "hand_off": 0.4, "image_duplicates": 0.5, "limit_hugging": 0.7,
    "lockstep": 0.65, "long_answers": 1.0, "own_output": 0.7, "pooled_volume": 0.3,
    "reasoning_replay": 1.0, "release_pivot": 0.45, "same_span": 1.55, "sameness": 0.5,
    "sampling": 0.6, "shared_means": 0.2, "signup_batch": 0.4, "single_purpose": 0.15,
    "single_shot": 0.15, "work_queue": 0.55, "young_accounts": 0.25,
}  # fmt: skip
_UNKNOWN = 0.5  # a detector that had no part in the fit
_AGAINST = 0.6


def weighed(detector: str, bits: float) -> float:
    """Bits of a detector, for or against, as they count beside the others'."""
    return bits * (_AGAINST if bits < 0 else _IN_FAVOUR.get(detector, _UNKNOWN))
