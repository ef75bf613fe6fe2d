"""What no policy can do, whatever it says.

A guardrail holds back a rule that applies; the policy then looks further for a milder one. People
can go beyond what automation may do, and only by the approvals that `respond.review` records; a
grant and the owner of a stolen key are out of their reach too, until the grant is revoked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

from stillwatch.respond.actions import Action
from stillwatch.respond.facts import Facts

__all__ = ["GUARDRAILS", "LONGEST", "MEMBERS", "held_back"]

MEMBERS = 3
"""Accounts below which a group is no campaign."""
LONGEST = timedelta(days=90)
"""No decision lasts longer; a new one must be made on what is known then."""


def _victim(action: Action, facts: Facts) -> bool:
    return facts.victim and action.affects


def _granted(action: Action, facts: Facts) -> bool:
    return facts.grant is not None and action.affects


def _two_families(action: Action, facts: Facts) -> bool:
    if not action.affects or facts.proof:
        return False
    return len(facts.questions) < 2 or facts.campaign_accounts < MEMBERS  # noqa: PLR2004 - both


def _people(action: Action, _facts: Facts) -> bool:
    return action.ends_service


_NOBODY_LIFTS = ("victim", "grant")  # an approval may be older than the grant, or the theft

GUARDRAILS: Mapping[str, tuple[str, Callable[[Action, Facts], bool]]] = MappingProxyType(
    {
        "victim": ("the owner of a stolen key is told and never punished", _victim),
        "grant": ("accounts with a grant are out of reach of automation", _granted),
        "two_families": (
            (
                "what a customer notices needs evidence for one operator and for harvesting, from"
                f" {MEMBERS} accounts or more, or a proof against the account"
            ),
            _two_families,
        ),
        "two_people": ("ends of service need two people who agree", _people),
        "ceiling": ("as many accounts as a day allows have been affected", lambda _a, _f: False),
    }
)
"""By name: the sentence, and whether it holds back an action against an account.

The ceiling looks at all decisions of a day and is applied by `respond.issue`.
"""


def held_back(action: Action, facts: Facts, *, room: bool) -> str | None:
    """The first guardrail that does not let the action through, or None.

    Args:
        action: What a rule would do.
        facts: The account.
        room: Whether a further account may be affected today.
    """
    approved = action.name in facts.approved
    for name, (_, holds) in GUARDRAILS.items():
        if holds(action, facts) and not (approved and name not in _NOBODY_LIFTS):
            return name
    if approved:
        return None
    return "ceiling" if action.affects and not room else None
