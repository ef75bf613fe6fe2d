"""What requests themselves show about accounts: replayed blocks, honeytokens, a rate of asking.

In memory, bounded, for one process; what is new is handed on so that all nodes can share it.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stillwatch.protect.rates import HIGH, Rates
from stillwatch.protect.replays import Replays
from stillwatch.protect.seen import Presented, Seen
from stillwatch.respond.facts import Facts

__all__ = ["HIDDEN_REASONING", "Sighting", "Watch", "with_evidence"]

HIDDEN_REASONING = "hidden-reasoning-rate"
"""Tag of requests while the account, or its campaign, asks for hidden reasoning that often."""
_WAITING = 100_000  # sightings that nobody fetched; more say no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A thing of somebody else's that an account presented.

    Attributes:
        account_id: Who presented it.
        organization_id: Who holds the contract.
        presented: What.
    """

    account_id: str
    organization_id: str
    presented: Presented


class Watch:
    """Remembers what accounts presented; safe to call from any thread.

    Attributes:
        counted: What became of what was presented, by kind and fate.
    """

    def __init__(self) -> None:
        self.counted: Counter[tuple[str, str]] = Counter()
        self._blocks, self._tokens, self._rates = Replays(), Replays(), Rates()
        self._fresh: deque[Sighting] = deque(maxlen=_WAITING)
        self._changed: set[str] = set()
        self._lock = threading.Lock()

    def note(
        self, seen: Seen, *, account_id: str, organization_id: str, campaign_id: str | None,
        now: float,
    ) -> None:  # fmt: skip
        """What one request showed.

        Args:
            seen: What was found in it.
            account_id: Who asked.
            organization_id: Who holds the contract.
            campaign_id: The campaign that the account is decided about with, or None.
            now: Seconds since 1970.
        """
        for each in seen.presented:
            held = self._blocks if each.kind == "block" else self._tokens
            held.note(each, account_id=account_id, organization_id=organization_id)
            with self._lock:
                self.counted[each.kind, each.fate] += 1
                if each.fate == "elsewhere":
                    self._changed.add(account_id)
                    self._fresh.append(
                        Sighting(
                            account_id=account_id, organization_id=organization_id, presented=each
                        )
                    )
        if seen.elicits is not None:
            for key in (f"a:{account_id}", *([f"c:{campaign_id}"] if campaign_id else ())):
                self._rates.note(key, hit=seen.elicits, now=now)

    def elicits(self, account_id: str, campaign_id: str | None, now: float) -> float:
        """Share of the account's or its campaign's late requests that ask for hidden reasoning."""
        own = self._rates.share(f"a:{account_id}", now)
        return max(own, self._rates.share(f"c:{campaign_id}", now) if campaign_id else 0.0)

    def tags(self, account_id: str, campaign_id: str | None, now: float) -> tuple[str, ...]:
        """Words for the request's records, for other systems; nothing is done about them here."""
        often = self.elicits(account_id, campaign_id, now) >= HIGH
        return (HIDDEN_REASONING,) if often else ()

    def fresh(self) -> Sequence[Sighting]:
        """The sightings since the last call."""
        with self._lock:
            found = list(self._fresh)
            self._fresh.clear()
        return found

    def again(self, sightings: Sequence[Sighting]) -> None:
        """Hand these out once more: they could not be kept."""
        with self._lock:
            self._fresh.extendleft(reversed(sightings))

    def rates(self, since: float) -> dict[str, tuple[float, float, float]]:
        """By account, requests, hits and moment of the rates that changed since a moment."""
        return {
            key[2:]: (rate.requests, rate.hits, rate.at)
            for key, rate in self._rates.with_hits(since).items()
            if key.startswith("a:")
        }

    def changed(self) -> frozenset[str]:
        """Accounts with new sightings since the last call."""
        with self._lock:
            found = frozenset(self._changed)
            self._changed.clear()
        return found

    def accounts(self) -> frozenset[str]:
        """Accounts that anything is remembered of beyond single requests."""
        return frozenset(
            {*self._blocks.accounts(), *self._tokens.accounts(), *self.rates(float("-inf"))}
        )

    def facts(self, facts: Facts, now: float) -> Facts:
        """The facts about an account with what its requests showed."""
        account, campaign = facts.account_id, facts.campaign_id
        return with_evidence(
            facts,
            blocks=self._blocks.blocks(account),
            proof=self._blocks.proof(account),
            honeytokens=self._tokens.blocks(account),
            elicitation=self.elicits(account, campaign, now),
        )


def with_evidence(
    facts: Facts, *, blocks: int, proof: bool, honeytokens: int, elicitation: float
) -> Facts:
    """Facts with the evidence of requests in them, and cited."""
    cited = {
        "reasoning_binding": blocks > 0,
        "honeytoken": honeytokens > 0,
        "elicitation_rate": elicitation >= HIGH,
    }
    added = [f"{facts.account_id}/{name}" for name, holds in cited.items() if holds]
    if not added and not elicitation:
        return facts
    return replace(
        facts,
        replayed_blocks=max(facts.replayed_blocks, blocks),
        proof=facts.proof or proof,
        honeytokens=max(facts.honeytokens, honeytokens),
        elicitation=max(facts.elicitation, elicitation),
        evidence=(*facts.evidence, *(each for each in added if each not in facts.evidence)),
    )
