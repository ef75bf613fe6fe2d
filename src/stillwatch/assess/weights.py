"""What a bit of each detector is worth when detectors are added up.

A detector measures against its own null and knows nothing of the others: what it says is partly
what another has said already, and honest groups that are linked at all show more of some things
than the null allows for. A weight is what is left of a bit then. The weights were fitted together
(`benchmarks/weights.py`: logistic regression, ridge towards one) on linked groups of three
simulators whose truth is known; docs/explanation/benchmark.md has what they give on a simulator
that is left out, and why that flatters. A cryptographic proof decides whatever its weight is: see
`assess.assessment`.
"""

from __future__ import annotations

__all__ = ["weighed"]

_IN_FAVOUR = {
    "banned_return": 1.15, "coverage": 1.0, "day_one": 0.9, "elicitation": 1.6, "even_volume": 1.1,
    "flat_rhythm": 1.0, "foreign_persona": 1.0, "grader_shape": 1.0, "hand_off": 0.85,
    "image_duplicates": 0.95,
    "limit_hugging": 0.95, "lockstep": 0.7, "long_answers": 1.2, "own_output": 0.95,
    "pooled_volume": 0.9, "probe_scale": 0.9, "reasoning_replay": 0.6, "release_pivot": 0.85,
    "same_span": 1.8, "sameness": 0.6, "sampling": 1.0, "shared_history": 0.95,
    "shared_means": 0.3, "signup_batch": 0.95, "single_purpose": 0.2, "single_shot": 0.25,
    "work_queue": 0.65, "young_accounts": 0.4,
    # By judgement: no group of the fit gave them anything to say.
    "co_action": 0.6, "failover": 0.6, "own_baseline": 0.6,
}  # fmt: skip
_UNKNOWN = 1.0  # a detector that had no part in the fit
_AGAINST = 0.65


def weighed(detector: str, bits: float) -> float:
    """Bits of a detector, for or against, as they count beside the others'."""
    return bits * (_AGAINST if bits < 0 else _IN_FAVOUR.get(detector, _UNKNOWN))
