"""One quota for a whole campaign: a token bucket that all its accounts share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

__all__ = ["LocalQuotas", "Quotas"]

_REMEMBERED = 10_000


class Quotas(Protocol):
    """Where campaigns' requests are counted; called on the request path, so it never waits."""

    def spend(self, campaign: str, *, per_minute: float, burst: int) -> float:
        """Take one request out of a campaign's bucket.

        Args:
            campaign: Whose bucket.
            per_minute: How fast it fills.
            burst: How many requests it holds.

        Returns:
            0 where there was one to take, else the seconds until there is.
        """
        ...

    def release(self, campaign: str) -> None:
        """Forget a campaign's bucket."""
        ...


class LocalQuotas:
    """Buckets in this process, by the generic cell rate algorithm (ITU-T I.371): one moment each.

    The moment is when the bucket would be full again; nothing has to run between requests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def spend(self, campaign: str, *, per_minute: float, burst: int) -> float:
        """As `Quotas.spend`."""
        if per_minute <= 0:
            return 60.0
        every = 60.0 / per_minute
        now = self._clock()
        with self._lock:
            full_at = max(self._full_at.get(campaign, now), now)
            wait = full_at + every - burst * every - now
            if wait > 0:
                return wait
            self._full_at[campaign] = full_at + every
            if len(self._full_at) > _REMEMBERED:
                self._full_at = {c: at for c, at in self._full_at.items() if at > now}
        return 0.0

    def release(self, campaign: str) -> None:
        """As `Quotas.release`."""
        with self._lock:
            self._full_at.pop(campaign, None)
