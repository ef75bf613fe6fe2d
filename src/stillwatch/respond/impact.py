"""What a policy would do to the accounts of a run: by rule, with the honest ones among them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from stillwatch.respond.actions import ACTIONS, LADDER
from stillwatch.respond.decision import Decision
from stillwatch.respond.facts import Facts
from stillwatch.respond.honest import Honest, honest_among
from stillwatch.respond.issue import Ceiling, Day, issue
from stillwatch.respond.policy.policy import Policy

__all__ = ["Impact", "RuleImpact", "impact"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleImpact:
    """Whom one rule would hit.

    Attributes:
        rule: Its name.
        action: What it does.
        enforce: Carried out, or in shadow.
        accounts: Accounts that it decides about.
        campaigns: Campaigns that these belong to.
        honest: Honest accounts among them.
    """

    rule: str
    action: str
    enforce: bool
    accounts: int
    campaigns: int
    honest: Honest


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a policy would do at one moment.

    Attributes:
        accounts: Accounts that were looked at.
        rules: By rule, in the policy's order.
        affected: Accounts that would notice something, all rules enforced.
        honest: Honest accounts among these.
        held_back: Accounts by guardrail and action that it does not let through.
        enforced: Accounts that would notice something with the rules as they stand.
    """

    accounts: int
    rules: tuple[RuleImpact, ...]
    affected: int
    honest: Honest
    held_back: tuple[tuple[str, str, int], ...]
    enforced: int


def impact(policy: Policy, accounts: Sequence[Facts], *, at: datetime, ceiling: Ceiling) -> Impact:
    """Decide about every account as if all rules were enforced, and as they stand."""
    bold = replace(policy, rules=tuple(replace(rule, enforce=True) for rule in policy.rules))
    decided = issue(bold, accounts, at=at, day=Day(set()), ceiling=ceiling)
    hit: dict[str, list[Facts]] = defaultdict(list)
    for facts, decision in decided:
        hit[decision.rule].append(facts)
    noticed = [facts for facts, decision in decided if ACTIONS[decision.action].affects]
    real = issue(policy, accounts, at=at, day=Day(set()), ceiling=ceiling)
    return Impact(
        accounts=len(accounts),
        rules=tuple(
            RuleImpact(
                rule=rule.name,
                action=rule.then,
                enforce=rule.enforce,
                accounts=len(hit[rule.name]),
                campaigns=len({f.campaign_id for f in hit[rule.name]} - {None}),
                honest=honest_among(hit[rule.name]),
            )
            for rule in policy.rules
        ),
        affected=len(noticed),
        honest=honest_among(noticed),
        held_back=_held_back(d for _, d in decided),
        enforced=sum(ACTIONS[d.effective].affects for _, d in real),
    )


def _held_back(decisions: Iterable[Decision]) -> tuple[tuple[str, str, int], ...]:
    counted: Counter[tuple[str, str]] = Counter()
    for decision in decisions:
        counted.update({(back.guardrail, back.action) for back in decision.held_back})
    order = sorted(counted.items(), key=lambda c: (c[0][0], -LADDER.index(c[0][1])))
    return tuple((guardrail, action, n) for (guardrail, action), n in order)
