"""One token bucket for all accounts of a campaign, in this process.

Several nodes that share a quota need a bucket outside of them: `respond.shared_quota`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from stillwatch.respond.actions import Effect
from stillwatch.respond.decision import Decision

__all__ = ["Buckets", "LocalBuckets", "quota_key"]


def quota_key(decision: Decision) -> str:
    """Whose quota a decision draws on: the campaign's, so that more accounts gain nothing."""
    return decision.campaign_id or decision.account_id


class Buckets(Protocol):
    """Quotas by key.

    Attributes:
        waits: Whether `take` may wait for something outside of this process.
        failures: How often that did not answer in time.
    """

    waits: bool
    failures: int

    def take(self, key: str, effect: Effect, *, now: float) -> timedelta | None:
        """Take one request out; returns how long to wait where none is left, else None.

        Args:
            key: From `quota_key`.
            effect: What the decision says: rate and burst; without a rate there is no quota.
            now: A clock in seconds that never goes back.
        """

    def forget(self, key: str) -> None:
        """Start anew, full."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class LocalBuckets:
    """Buckets in memory; the one not used for longest goes first when there are too many."""

    waits = False
    failures = 0

    def __init__(self, *, most: int = 100_000) -> None:
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, effect: Effect, *, now: float) -> timedelta | None:
        """Take one request out; see `Buckets.take`."""
        if effect.requests_per_minute is None:
            return None
        rate = effect.requests_per_minute / 60.0
        with self._lock:
            bucket = self._buckets.setdefault(key, _Bucket(float(effect.burst), now))
            self._buckets.move_to_end(key)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
            gained = max(now - bucket.at, 0.0) * rate
            bucket.tokens = min(bucket.tokens + gained, float(effect.burst))
            bucket.at = max(now, bucket.at)
            if bucket.tokens >= 1.0:
                bucket.tokens -= 1.0
                return None
            return timedelta(seconds=(1.0 - bucket.tokens) / rate)

    def forget(self, key: str) -> None:
        """Start anew, full."""
        with self._lock:
            self._buckets.pop(key, None)
