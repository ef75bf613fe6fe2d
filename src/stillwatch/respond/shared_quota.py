"""One token bucket for all accounts of a campaign, shared by every node: in Redis or Valkey.

The bucket is one hash that one Lua script reads and writes by the server's own clock, so nodes need
not agree about the time and two that ask at once cannot both take the last token. Keys are keyed
hashes: neither a campaign's id nor an account's stands in Redis.

A decision waits for the server no longer than a small budget. After a failure nobody asks it for a
moment, so that a server that is away costs one such wait a second and not one a request.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import blake2b
from typing import Literal, cast

from stillwatch.errors import ConfigError, missing
from stillwatch.respond.actions import Effect
from stillwatch.respond.quota import LocalBuckets

try:
    from redis import BlockingConnectionPool, Redis
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError
    from redis.retry import Retry
except ModuleNotFoundError as absent:
    raise missing(absent.name, "streams") from absent

__all__ = ["BUDGET", "OnFailure", "SharedBuckets"]

OnFailure = Literal["open", "local", "closed"]
BUDGET = timedelta(milliseconds=20)
"""How long a decision waits for the server, at most, for each step of asking it."""
_LOG = logging.getLogger("stillwatch.quota")
_PAUSE = 1.0  # seconds without asking, after a failure
_CONNECTIONS = 16
_TAKE = """
local now = redis.call('TIME')
local us = tonumber(now[1]) * 1000000 + tonumber(now[2])
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local at = math.min(tonumber(kept[2]) or us, us)
local tokens = math.min((tonumber(kept[1]) or burst) + (us - at) / 1000000 * rate, burst)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) / rate end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', tokens), 'at',
           string.format('%.0f', us))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.ceil(burst / rate * 1000) + 1000))
return string.format('%.6f', wait)
"""
"""Tokens flow in at ARGV[1] a second up to ARGV[2]; answers the seconds to wait, 0 where one was
taken. A bucket that would be full again is not kept."""


class SharedBuckets:
    """Buckets in Redis or Valkey; safe to use from any thread.

    Attributes:
        waits: Taking may wait for something outside of this process.
        failures: How often the server did not answer in time.
    """

    waits = True

    def __init__(
        self,
        url: str,
        secret: bytes,
        *,
        budget: timedelta = BUDGET,
        on_failure: OnFailure = "open",
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Buckets on the server of a URL; nothing is connected yet.

        Args:
            url: `redis://…`, `rediss://…` or `unix://…`; the same on every node.
            secret: The installation's secret, which hides the keys; the same on every node.
            budget: How long connecting, and then the answer, may take each.
            on_failure: Where the server does not answer: `open` lets requests pass, `local` counts
                in this process, `closed` refuses.
            ticks: Seconds that never go back.

        Raises:
            ConfigError: The URL is none of Redis.
        """
        self.failures = 0
        self._secret = secret[:64]
        self._on_failure = on_failure
        self._local = LocalBuckets()
        self._ticks = ticks
        self._silent_until = float("-inf")
        self._lock = threading.Lock()
        self._client = _client(url, budget.total_seconds())
        self._take = self._client.register_script(_TAKE)

    def take(self, key: str, effect: Effect, *, now: float) -> timedelta | None:
        """Take one request out; see `Buckets.take`. The server's clock counts, not `now`."""
        if effect.requests_per_minute is None:
            return None
        if self._ticks() >= self._silent_until:
            try:
                told = self._take(
                    keys=[self._name(key)], args=[effect.requests_per_minute / 60.0, effect.burst]
                )
                wait = float(cast("bytes", told))
            except (RedisError, OSError, ValueError) as fault:
                self._failed(fault)
            else:
                return timedelta(seconds=wait) if wait > 0 else None
        return self._without(key, effect, now)

    def forget(self, key: str) -> None:
        """Start anew, full; where the server is away, the bucket fills by itself."""
        self._local.forget(key)
        if self._ticks() < self._silent_until:
            return
        try:
            self._client.delete(self._name(key))
        except (RedisError, OSError) as fault:
            self._failed(fault)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _without(self, key: str, effect: Effect, now: float) -> timedelta | None:
        if self._on_failure == "local":
            return self._local.take(key, effect, now=now)
        return None if self._on_failure == "open" else timedelta(seconds=_PAUSE)

    def _failed(self, fault: Exception) -> None:
        with self._lock:
            self.failures += 1
            self._silent_until = self._ticks() + _PAUSE
        # the exception's own text may name the server and who logs in there
        _LOG.error("shared quotas cannot be asked: %s", type(fault).__name__)

    def _name(self, key: str) -> str:
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16, key=self._secret,
                         person=b"stillwatch-quota")  # fmt: skip
        return f"stillwatch:quota:{digest.hexdigest()}"


def _client(url: str, seconds: float) -> Redis:
    try:
        pool = BlockingConnectionPool.from_url(
            url.replace("valkey", "redis", 1) if url.startswith("valkey") else url,
            max_connections=_CONNECTIONS,
            timeout=seconds,
            socket_timeout=seconds,
            socket_connect_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
        )
    except (ValueError, TypeError) as error:
        # The URL may hold a password, so it is not repeated.
        message = "the URL of the shared quotas cannot be read"
        raise ConfigError(message, hint="write e.g. redis://127.0.0.1:6379/0") from error
    return Redis(connection_pool=pool)
