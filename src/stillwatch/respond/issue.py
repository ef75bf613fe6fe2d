"""Decisions for all accounts at one moment: a campaign at once, and no more than a day allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from stillwatch.respond.actions import ACTIONS
from stillwatch.respond.decision import Decision
from stillwatch.respond.facts import Facts
from stillwatch.respond.policy.policy import Policy

__all__ = ["Ceiling", "Day", "affects", "doubt", "issue"]

_PROVEN = 0.99  # that an account against which there is a proof serves a campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """What automation may do on one day (UTC).

    Attributes:
        accounts: Accounts that may newly be affected.
        honest: Honest accounts that may be expected among them (sum of one minus probability).
    """

    accounts: int = 500
    honest: float = 5.0


@dataclass(slots=True)
class Day:
    """What automation has done today.

    Attributes:
        affected: Accounts that were affected.
        honest: Honest accounts expected among them.
        standing: Accounts that decisions of earlier days affect still: they are affected already.
    """

    affected: set[str]
    honest: float = 0.0
    standing: frozenset[str] = frozenset()


def issue(
    policy: Policy, accounts: Iterable[Facts], *, at: datetime, day: Day, ceiling: Ceiling
) -> list[tuple[Facts, Decision]]:
    """Decide about every account; the surest campaigns first.

    A campaign that does not fit under the ceiling as a whole is not acted on in part: a pool that
    loses some of its accounts shifts to the others. What would have been done to it is then held
    back by the guardrail `ceiling` and waits for people. Updates `day`.
    """
    groups: dict[str, list[Facts]] = defaultdict(list)
    for each in accounts:
        groups[each.campaign_id or f"\0{each.account_id}"].append(each)
    order = sorted(groups.items(), key=lambda g: (-max(f.campaign_probability for f in g[1]), g[0]))
    found: list[tuple[Facts, Decision]] = []
    for _, members in order:
        decided = [(f, policy.decide(f, at=at)) for f in members]
        known = day.affected | day.standing
        fresh = [f for f, d in decided if affects(f, d) and f.account_id not in known]
        honest = sum(doubt(f) for f in fresh)
        if fresh and (
            len(day.affected) + len(fresh) > ceiling.accounts
            or day.honest + honest > ceiling.honest
        ):
            decided = [(f, policy.decide(f, at=at, room=f.account_id in known)) for f in members]
        else:
            day.affected |= {f.account_id for f in fresh}
            day.honest += honest
        found += decided
    return found


def affects(facts: Facts, decision: Decision) -> bool:
    """Whether automation, and not people, does something that the customer notices."""
    by_people = decision.action in facts.approved
    return ACTIONS[decision.effective].affects and not by_people


def doubt(facts: Facts) -> float:
    """How likely it is that the account is honest, 0…1."""
    return 1.0 - max(facts.probability, _PROVEN if facts.proof else 0.0)
