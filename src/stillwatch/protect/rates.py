"""How often hidden reasoning is asked for, by account and campaign, the past counting less.

A rate, never a verdict on one request: people ask about thinking displays, tutors ask for steps.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["ENOUGH", "HALF_LIFE", "HIGH", "Rate", "Rates", "share"]

HALF_LIFE = 3600.0
"""Seconds after which a request counts half."""
ENOUGH = 20.0
"""Requests, so weighed, below which there is no rate."""
HIGH = 0.5
"""Share from which other systems are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Requests and those among them that ask for hidden reasoning, weighed at a moment.

    Attributes:
        requests: Weighed number.
        hits: Of these.
        at: The moment, in seconds since 1970.
    """

    requests: float
    hits: float
    at: float

    def later(self, now: float) -> Rate:
        """The same at a later moment."""
        weight = 0.5 ** (max(now - self.at, 0.0) / HALF_LIFE)
        return Rate(requests=self.requests * weight, hits=self.hits * weight, at=max(now, self.at))


def share(rates: Iterable[Rate], now: float) -> float:
    """The share of requests that ask for hidden reasoning; 0 where there are too few to say."""
    aged = [each.later(now) for each in rates]
    requests = sum(each.requests for each in aged)
    return sum(each.hits for each in aged) / requests if requests >= ENOUGH else 0.0


class Rates:
    """Rates by key, the one not heard of for longest forgotten where there are too many."""

    def __init__(self, *, most: int = 200_000) -> None:
        self._most = most
        self._rates: OrderedDict[str, Rate] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, key: str, *, hit: bool, now: float) -> None:
        """One request."""
        with self._lock:
            old = self._rates.get(key) or Rate(requests=0.0, hits=0.0, at=now)
            aged = old.later(now)
            self._rates[key] = Rate(requests=aged.requests + 1.0, hits=aged.hits + hit, at=aged.at)
            self._rates.move_to_end(key)
            if len(self._rates) > self._most:
                self._rates.popitem(last=False)

    def share(self, key: str, now: float) -> float:
        """As `share`, of one key."""
        with self._lock:
            found = self._rates.get(key)
        return 0.0 if found is None else share((found,), now)

    def with_hits(self, since: float) -> Mapping[str, Rate]:
        """The rates of keys that were heard of since a moment and ever asked for it."""
        with self._lock:
            return {k: r for k, r in self._rates.items() if r.at >= since and r.hits > 0.01}  # noqa: PLR2004 - decayed away
