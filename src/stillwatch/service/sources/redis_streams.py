"""Redis or Valkey streams: `redis://host:6379/0?stream=exchanges&group=stillwatch`."""

from __future__ import annotations

import math
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from stillwatch.service.sources.base import Delivered

__all__ = ["RedisStream"]

_COUNT = 500
_BLOCK = 1_000  # milliseconds
_FIELDS = (b"body", b"data", b"payload", b"value")
_ABANDONED = 60_000  # milliseconds after which another consumer's messages are taken over


class RedisStream:
    """One consumer of a group; what it left unacknowledged comes to it again first.

    What another consumer left for longer than `abandoned` milliseconds is taken over: a container
    that is made anew has another name.
    """

    def __init__(
        self,
        url: str,
        *,
        stream: str,
        group: str,
        consumer: str | None = None,
        abandoned: int = _ABANDONED,
    ) -> None:
        self.name = f"redis:{stream}"
        self._url = url
        self._stream = stream
        self._group = group
        self._consumer = consumer or socket.gethostname()
        self._abandoned = abandoned
        self._client: Redis | None = None

    async def batches(self) -> AsyncIterator[Delivered]:
        """As `Source.batches`."""
        client = self._client = Redis.from_url(self._url)
        try:
            await client.xgroup_create(self._stream, self._group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        since: str | bytes = "0"  # first what this consumer had and did not acknowledge
        looked = -math.inf
        while True:
            if since in ("0", ">") and time.monotonic() - looked > self._abandoned / 1000:
                looked = time.monotonic()
                since = "0" if await self._taken_over(client) else since
            found = await client.xreadgroup(
                self._group, self._consumer, {self._stream: since}, count=_COUNT, block=_BLOCK
            )
            messages = _messages(found)
            if not messages:
                since = ">"
                continue
            if since != ">":
                since = messages[-1][0]
            ids = [identity for identity, _ in messages]

            async def ack(client: Any = client, ids: list[Any] = ids) -> None:  # noqa: ANN401
                await client.xack(self._stream, self._group, *ids)

            yield Delivered([_body(fields) for _, fields in messages if fields], ack)

    async def _taken_over(self, client: Redis) -> bool:
        """Make this consumer's what others left; whether that is anything."""
        start: bytes | str = "0-0"
        found = False
        while True:
            start, messages, *_ = await client.xautoclaim(
                self._stream, self._group, self._consumer, min_idle_time=self._abandoned,
                start_id=start, count=_COUNT,
            )  # fmt: skip
            found = found or bool(messages)
            if start in (b"0-0", "0-0"):
                return found

    async def close(self) -> None:
        """As `Source.close`."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


def _messages(found: Any) -> list[tuple[bytes, dict[bytes, bytes]]]:  # noqa: ANN401 - two shapes
    """The messages of one stream: lists under the old protocol, a dictionary under the new one."""
    if not found:
        return []
    inside = next(iter(found.values())) if isinstance(found, dict) else found[0][1]
    if inside and isinstance(inside[0], list) and inside[0] and isinstance(inside[0][0], tuple):
        inside = inside[0]
    return [(identity, fields or {}) for identity, fields in inside]


def _body(fields: dict[bytes, bytes]) -> bytes:
    return next((fields[name] for name in _FIELDS if name in fields), next(iter(fields.values())))
