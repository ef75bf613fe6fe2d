"""What to do, as a recommendation: graded, never the end of service, victims are told.

Ends of service (`hold`, `suspend`) need people; a run over logs does not recommend them, however
sure it is. The steps follow the ladder observe → tag → protect output → quota → verify.
"""

from __future__ import annotations

__all__ = ["recommend"]

_LADDER = ((0.5, "observe"), (0.7, "tag"), (0.85, "protect_output"), (0.95, "quota"))
_TOP = "verify"


def recommend(probability: float, *, victim: bool = False) -> str:
    """One of schema.ACTIONS for an account.

    Args:
        probability: That it serves a campaign, 0…1.
        victim: Whether it looks like the owner of a stolen key.

    >>> recommend(0.97)
    'verify'
    >>> recommend(0.97, victim=True)
    'notify_owner'
    """
    if victim and probability >= _LADDER[0][0]:
        return "notify_owner"
    for below, action in _LADDER:
        if probability < below:
            return action
    return _TOP
