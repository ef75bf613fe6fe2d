"""From what a run found to decisions that are kept: facts, policy, ceilings, register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

import pyarrow as pa

from stillwatch.pipeline.evidence import Shown
from stillwatch.pipeline.standing import Found, facts_of
from stillwatch.respond.clearances import clearances
from stillwatch.respond.decision import Decision
from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Ceiling, issue
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.policy import Policy
from stillwatch.respond.proposals import Proposal
from stillwatch.respond.register import Register
from stillwatch.respond.review import Review
from stillwatch.settings import Settings
from stillwatch.trust.grants import grants
from stillwatch.trust.indicators import matches

__all__ = ["Responded", "ceiling_of", "respond", "spared"]

_NOBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Responded:
    """What a round of decisions did.

    Attributes:
        accounts: Accounts that were decided about.
        new: Decisions that did not stand before.
        waiting: What people are asked about now.
    """

    accounts: int
    new: tuple[Decision, ...]
    waiting: tuple[Proposal, ...]


def ceiling_of(settings: Settings) -> Ceiling:
    """How far automation may go on one day."""
    return Ceiling(accounts=settings.respond.accounts_a_day, honest=settings.respond.honest_a_day)


def respond(
    found: Found,
    policy: Policy,
    ledger: Ledger,
    *,
    at: datetime,
    settings: Settings,
    accounts: pa.Table | None = None,
) -> Responded:
    """Decide about every account with any evidence, and keep what is decided.

    Args:
        found: The tables of a run.
        policy: In force.
        ledger: Where decisions are kept.
        at: The moment of the decisions.
        settings: For the day's ceilings.
        accounts: Table of schema ACCOUNT; an organisation's grant reaches its accounts by it.
    """
    register, review = Register(ledger), Review(ledger)
    register.expire(at=at)
    approved = review.approved(at=at)
    kept = spared(ledger, at=at, owners=_owners(accounts))
    facts = facts_of(found, accounts=accounts, grants=kept, approved=approved, as_of=at)
    shown = Shown(ledger, at=at)
    with ledger.readers.connect() as connection:
        marked = matches(connection, accounts, at=at)
    others = {*register.standing(at=at), *shown.accounts, *marked}
    others -= {each.account_id for each in facts}
    facts += [
        Facts(account_id=name, grant=kept.get(name), approved=approved.get(name, frozenset()))
        for name in sorted(others)
    ]
    told = shown.into([replace(f, indicator=f.account_id in marked) for f in facts])
    with register.round(at=at) as opened:
        decided = issue(policy, told, at=at, day=opened.day, ceiling=ceiling_of(settings))
        new = opened.enter(decided)
    return Responded(accounts=len(facts), new=tuple(new), waiting=tuple(review.waiting(at=at)))


def spared(ledger: Ledger, *, at: datetime, owners: Mapping[str, str] = _NOBODY) -> dict[str, str]:
    """Accounts that automation leaves alone, and why: `cleared`, `undone` or a kind of grant.

    Args:
        ledger: Of the database.
        at: The moment.
        owners: The organisation of accounts that have one; its grant reaches them.
    """
    with ledger.readers.connect() as connection:
        held = grants(connection, at=at)
        cleared = clearances(connection, at=at)
    found = {g.subject_id: g.kind for g in held if g.subject == "account"}
    houses = {g.subject_id: g.kind for g in held if g.subject == "organization"}
    for account, owner in owners.items():
        if owner in houses:
            found.setdefault(account, houses[owner])
    for each in cleared:
        if each.honest or each.account_id not in found:
            found[each.account_id] = "cleared" if each.honest else "undone"
    return found


def _owners(accounts: pa.Table | None) -> dict[str, str]:
    """The organisation of each account of a table of schema ACCOUNT that has one."""
    if accounts is None:
        return {}
    names, owners = accounts["account_id"].to_pylist(), accounts["organization_id"].to_pylist()
    return {name: owner for name, owner in zip(names, owners, strict=True) if owner is not None}
