"""What a bit of each detector is worth when detectors are added up.

A detector measures against its own null and knows nothing of the others: what it says is partly
what another has said already, and honest groups that are linked at all show more of some things
than the null allows for. A weight is what is left of a bit then. The weights were fitted together
(`benchmarks/weights.py`: logistic regression, ridge towards one) on linked groups of three
simulators whose truth is known; docs/explanation/benchmark.md has what they give on a simulator
that is left out, and why that flatters. A cryptographic proof counts in full: it is no matter of
statistics.
"""

from __future__ import annotations

__all__ = ["weighed"]

_IN_FAVOUR = {
    "banned_return": 1.0, "coverage": 1.0, "day_one": 1.0, "elicitation": 1.3, "flat_rhythm": 0.9,
    "grader_shape": 1.0, "hand_off": 0.85, "image_duplicates": 1.0, "limit_hugging": 1.0,
    "lockstep": 0.8, "long_answers": 1.3, "own_output": 1.1, "pooled_volume": 0.8,
    "reasoning_replay": 1.0, "release_pivot": 0.9, "same_span": 1.75, "sameness": 0.7,
    "sampling": 1.0, "shared_means": 0.3, "signup_batch": 0.8, "single_purpose": 0.15,
    "single_shot": 0.4, "work_queue": 0.8, "young_accounts": 0.45,
}  # fmt: skip
_UNKNOWN = 1.0  # a detector that had no part in the fit
_AGAINST = 0.65


def weighed(detector: str, bits: float) -> float:
    """Bits of a detector, for or against, as they count beside the others'."""
    return bits * (_AGAINST if bits < 0 else _IN_FAVOUR.get(detector, _UNKNOWN))
