"""What requests showed, from a node's memory into the database and from there into facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from stillwatch.pipeline.guard.watch import Sighting, with_evidence
from stillwatch.protect.rates import Rate, share
from stillwatch.protect.replays import ENOUGH, ISSUERS, Replays
from stillwatch.protect.seen import Kind, Presented
from stillwatch.respond.actions import LADDER
from stillwatch.respond.decision import Decision
from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Ceiling, issue
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.policy import Policy
from stillwatch.respond.register import Register
from stillwatch.respond.review import Review
from stillwatch.respond.sightings import Kept, Row, keep_rates, keep_sightings, rates, sightings

__all__ = ["Shown", "act_at_once", "keep"]

_TELLS_THE_OWNER = "notify_owner"  # the action for victims, in shadow or not


def keep(
    ledger: Ledger,
    node: str,
    fresh: Sequence[Sighting],
    counted: dict[str, tuple[float, float, float]],
    *,
    at: datetime,
) -> set[str]:
    """Keep what a node saw; returns the accounts of which something new is known.

    Args:
        ledger: Of the database.
        node: Names the node whose rates these are.
        fresh: From `Watch.fresh`.
        counted: From `Watch.rates`.
        at: The moment.
    """
    rows = [
        Row(
            account_id=each.account_id,
            kind=each.presented.kind,
            digest=each.presented.digest,
            organization_id=each.organization_id,
            issued_to=each.presented.issued_to or "",
        )
        for each in fresh
        if _storable(each.account_id) and _storable(each.organization_id)
    ]
    if counted:
        kept = {
            name: Kept(requests=requests, hits=hits, at_us=int(at_s * 1e6))
            for name, (requests, hits, at_s) in counted.items()
            if _storable(name)
        }
        with ledger.engine.begin() as connection:
            keep_rates(connection, node, kept)
    if not rows:
        return set()
    with ledger.transaction() as transaction:
        return keep_sightings(transaction, rows, at=at)


def _storable(name: str) -> bool:
    """Whether every database keeps it: one that none keeps must not hold up the others."""
    return "\0" not in name and name.isprintable()


class Shown:
    """Everything that requests showed until a moment, as the database has it."""

    def __init__(self, ledger: Ledger, *, at: datetime) -> None:
        self._blocks, self._tokens = Replays(), Replays()
        self._now = at.timestamp()
        with ledger.readers.connect() as connection:
            found = sightings(connection, at=at)
            self._rates = {
                name: [Rate(requests=r.requests, hits=r.hits, at=r.at_us / 1e6) for r in each]
                for name, each in rates(connection, at=at).items()
            }
        for row in found:
            held = self._blocks if row.kind == "block" else self._tokens
            held.note(
                Presented(
                    kind=cast("Kind", row.kind), fate="elsewhere", digest=row.digest,
                    issued_to=row.issued_to,
                ),
                account_id=row.account_id, organization_id=row.organization_id,
            )  # fmt: skip
        self.accounts = frozenset({row.account_id for row in found} | set(self._rates))

    def into(self, facts: Iterable[Facts]) -> list[Facts]:
        """Facts with what requests showed; a campaign's rate is that of its members together."""
        every = list(facts)
        members: dict[str, list[Facts]] = defaultdict(list)
        for each in every:
            if each.campaign_id is not None:
                members[each.campaign_id].append(each)
        pooled = {name: self._share(f.account_id for f in all_) for name, all_ in members.items()}
        crossed = {name for name, all_ in members.items() if self._crossed(all_)}
        return [
            self._one(each, pooled.get(each.campaign_id or "", 0.0), each.campaign_id in crossed)
            for each in every
        ]

    def _one(self, facts: Facts, pooled: float, crossed: bool) -> Facts:  # noqa: FBT001
        name = facts.account_id
        if crossed:
            facts = replace(facts, families=facts.families | {"integrity"})
        return with_evidence(
            facts,
            blocks=self._blocks.blocks(name),
            proof=self._blocks.proof(name),
            honeytokens=self._tokens.blocks(name),
            elicitation=max(pooled, self._share((name,))),
        )

    def _share(self, names: Iterable[str]) -> float:
        return share((r for n in names for r in self._rates.get(n, ())), self._now)

    def _crossed(self, members: Sequence[Facts]) -> bool:
        """Whether several members presented blocks of others: evidence about the campaign."""
        held = [self._blocks.private(each.account_id) for each in members]
        blocks = {block: issuer for each in held for block, issuer in each.items()}
        presenters = sum(1 for each in held if each)
        return presenters > 1 and len(blocks) >= ENOUGH and len({*blocks.values()}) >= ISSUERS


def act_at_once(
    ledger: Ledger,
    policy: Policy,
    accounts: Iterable[str],
    *,
    at: datetime,
    ceiling: Ceiling,
    spared: dict[str, str],
) -> list[Decision]:
    """Decide about accounts that requests showed something new of, without waiting for a look.

    Only upwards: what stands is never made milder, and beyond a proof the guardrails let nothing
    through that a customer notices, because no campaign is known here. Who was found to be the
    owner of a stolen key stays one: the thief shows things in the owner's name.
    """
    register, shown = Register(ledger), Shown(ledger, at=at)
    approved = Review(ledger).approved(at=at)
    with register.round(at=at) as opened:
        standing = register.standing(at=at)  # within the round: nobody changes it meanwhile
        facts = [
            Facts(
                account_id=name,
                grant=spared.get(name),
                approved=approved.get(name, frozenset()),
                campaign_id=standing[name].campaign_id if name in standing else None,
                victim=name in standing and standing[name].action == _TELLS_THE_OWNER,
            )
            for name in sorted(accounts)
        ]
        decided = issue(policy, shown.into(facts), at=at, day=opened.day, ceiling=ceiling)
        upwards = [
            (each, decision)
            for each, decision in decided
            if decision.rule
            and (
                each.account_id not in standing
                or LADDER.index(decision.effective)
                > LADDER.index(standing[each.account_id].effective)
            )
        ]
        return opened.enter(upwards) if upwards else []
