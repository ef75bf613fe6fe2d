"""Counts blocks that were presented where they do not belong, and says what that proves.

A block is unguessable and reaches only the organisation that it was issued to. Whoever presents
several, of several others, got them from there: evidence of family `integrity`. Blocks of one other
organisation may be a person's who has two contracts: a hint. A block that many organisations
present stands in a tutorial or a leaked log, and proves nothing about any of them.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, defaultdict
from dataclasses import dataclass, field

from stillwatch.protect.seen import Fate, Sighted
from stillwatch.schema.results import Signal

__all__ = ["ENOUGH", "ISSUERS", "PUBLIC", "Replays"]

ENOUGH = 3
"""Different blocks of others before it is a proof: fewer may be a slip …"""
ISSUERS = 2
"""… from so many other organisations: one may be the same person's other contract."""
PUBLIC = 8
"""Organisations that present one block before it counts as public."""
_PROOF_BITS = 14.0
_WEAK_BITS = 6.0
_REMEMBERED = 1000  # blocks of an account: more would say no more


@dataclass(slots=True)
class _Seen:
    """Blocks of others that one account presented, with whom each was issued to."""

    blocks: dict[str, str] = field(default_factory=dict)


class Replays:
    """What accounts presented, the least recent forgotten where there are too many.

    Args:
        accounts: So many accounts are remembered …
        blocks: … and so many blocks that were presented elsewhere.
    """

    def __init__(self, *, accounts: int = 100_000, blocks: int = 1_000_000) -> None:
        self._accounts: OrderedDict[str, _Seen] = OrderedDict()
        self._presenters: OrderedDict[str, set[str]] = OrderedDict()
        self._most = (accounts, blocks)
        self._lock = threading.Lock()
        self.fates: Counter[Fate] = Counter()

    def note(self, opened: Sighted, *, account_id: str, organization_id: str) -> None:
        """Remember what became of a block that an account presented."""
        with self._lock:
            self.fates[opened.fate] += 1
            if opened.fate != "elsewhere":
                return
            presenters = self._presenters.setdefault(opened.digest, set())
            if len(presenters) < PUBLIC:
                presenters.add(organization_id)
            self._presenters.move_to_end(opened.digest)
            seen = self._accounts.setdefault(account_id, _Seen())
            if len(seen.blocks) < _REMEMBERED:
                seen.blocks[opened.digest] = opened.issued_to or ""
            self._accounts.move_to_end(account_id)
            if len(self._accounts) > self._most[0]:
                self._accounts.popitem(last=False)
            if len(self._presenters) > self._most[1]:
                self._presenters.popitem(last=False)

    def accounts(self) -> tuple[str, ...]:
        """Who presented blocks of others."""
        with self._lock:
            return tuple(self._accounts)

    def blocks(self, account_id: str) -> int:
        """Different blocks of others that an account presented, public ones left out."""
        return len(self.private(account_id))

    def proof(self, account_id: str) -> bool:
        """Whether it is a deterministic proof (`Facts.proof`)."""
        found = self.private(account_id)
        by_key: dict[str, set[str]] = defaultdict(set)
        for issuer in found.values():
            by_key[issuer.partition(":")[0]].add(issuer)
        return len(found) >= ENOUGH and max(map(len, by_key.values())) >= ISSUERS

    def signal(self, account_id: str) -> Signal | None:
        """The reading of family `integrity` about an account, or None where there is nothing."""
        count = self.blocks(account_id)
        if not count:
            return None
        return Signal(
            bits=_PROOF_BITS if self.proof(account_id) else _WEAK_BITS,
            reason=f"{count:,} reasoning blocks that were issued to other organisations were"
            " presented by this account.",
        )

    def private(self, account_id: str) -> dict[str, str]:
        """Blocks that an account presented and not everybody has, with their issuers."""
        with self._lock:
            seen = self._accounts.get(account_id)
            blocks = {} if seen is None else seen.blocks
            return {
                block: issuer
                for block, issuer in blocks.items()
                if len(self._presenters.get(block, ())) < PUBLIC
            }
