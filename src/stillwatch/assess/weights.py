"""What a bit of each detector is worth when detectors are added up.

A detector measures against its own null and knows nothing of the others: what it says is partly
what another has said already, and honest groups that are linked at all show more of some things
than the null allows for. A weight is what is left of a bit then. The weights were fitted together
(logistic regression, ridge towards one half) on linked groups of three simulators whose truth is
known; docs/explanation/benchmark.md has how, and what they give on simulators that had no part.
"""

from __future__ import annotations

__all__ = ["weighed"]

_IN_FAVOUR = {
    "banned_return": 0.55, "coverage": 0.4, "day_one": 0.6, "elicitation": 0.7, "flat_rhythm": 0.35,
    "grader_shape": 0.35, "hand_off": 0.4, "image_duplicates": 0.5, "limit_hugging": 0.7,
    "lockstep": 0.7, "long_answers": 1.2, "own_output": 0.65, "pooled_volume": 0.5,
    "reasoning_replay": 0.6, "release_pivot": 0.4, "same_span": 1.55, "sameness": 0.75,
    "sampling": 0.6, "shared_means": 0.25, "signup_batch": 0.5, "single_purpose": 0.0,
    "single_shot": 0.1, "work_queue": 0.85, "young_accounts": 0.2,
}  # fmt: skip
_UNKNOWN = 0.5  # a detector that had no part in the fit
_AGAINST = 0.5


def weighed(detector: str, bits: float) -> float:
    """Bits of a detector, for or against, as they count beside the others'."""
    return bits * (_AGAINST if bits < 0 else _IN_FAVOUR.get(detector, _UNKNOWN))
