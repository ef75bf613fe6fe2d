"""A decider whose answers a test sets, in process and as a service."""

from __future__ import annotations

from datetime import UTC, datetime

from stillwatch.gateways.ask import Verdict
from stillwatch.pipeline.online.knowledge import Knowledge
from stillwatch.protect.seen import NOTHING_SEEN, Seen
from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Ceiling, Day, issue
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.policy import parse_policy
from stillwatch.respond.register import Register
from stillwatch.store import open_store

POLICY = """
version: "test"
rules:
  - name: quota
    when: {probability_at_least: 0.95}
    then: quota
    with: {requests_per_minute: 1, burst: 1}
    for: 1h
    enforce: true
  - name: cap
    when: {probability_at_least: 0.85}
    then: cap_tokens
    with: {output_tokens: 64}
    for: 1h
    enforce: true
  - name: protect
    when: {probability_at_least: 0.7}
    then: protect_output
    for: 1h
    enforce: true
"""
"""`throttled` passes once, `capped` gets short answers, `shaped` no reasoning, others pass."""


def knowledge() -> Knowledge:
    """Three accounts of a campaign."""
    named = {"throttled": 0.97, "capped": 0.9, "shaped": 0.75}
    facts = [
        Facts(
            account_id=name,
            probability=p,
            campaign_id=f"c-{name}",
            campaign_probability=0.99,
            campaign_accounts=5,
            families=frozenset({"coordination", "volume"}),
        )
        for name, p in named.items()
    ]
    return Knowledge(as_of=datetime.now(UTC), accounts={f.account_id: f for f in facts})


def keep(url: str, secret: bytes) -> None:
    """Put the decisions about them into a database, as an assessment does."""
    at = datetime.now(UTC)
    facts = list(knowledge().accounts.values())
    policy = parse_policy(POLICY, "test")
    ledger = Ledger(open_store(url), secret)
    Register(ledger).enter(issue(policy, facts, at=at, day=Day(set()), ceiling=Ceiling()), at=at)
    ledger.engine.dispose()


class Fixed:
    """Answers as it was told, and remembers what was seen."""

    def __init__(self, **by_account: Verdict) -> None:
        self._by_account = by_account
        self.seen: list[tuple[str, Seen]] = []

    async def ask(
        self, account_id: str, *, organization_id: str | None = None, seen: Seen = NOTHING_SEEN
    ) -> Verdict:
        self.seen.append((organization_id or account_id, seen))
        return self._by_account.get(account_id, Verdict())
