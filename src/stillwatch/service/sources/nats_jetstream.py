"""NATS JetStream: `nats://host:4222?stream=EXCHANGES&group=stillwatch`; the consumer is durable."""

from __future__ import annotations

from collections.abc import AsyncIterator

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import TimeoutError as Silence

from stillwatch.service.sources.base import Delivered

__all__ = ["JetStream"]

_COUNT = 500
_BLOCK = 1.0  # seconds


class JetStream:
    """A durable pull consumer; several processes with the same name share the stream."""

    def __init__(self, url: str, *, stream: str, group: str) -> None:
        self.name = f"nats:{stream}"
        self._url = url
        self._stream = stream
        self._group = group
        self._client: Client | None = None

    async def batches(self) -> AsyncIterator[Delivered]:
        """As `Source.batches`."""
        client = self._client = await nats.connect(self._url)
        subscription = await client.jetstream().pull_subscribe(
            "", durable=self._group, stream=self._stream
        )
        while True:
            try:
                messages = await subscription.fetch(_COUNT, timeout=_BLOCK)
            except (Silence, TimeoutError):
                continue

            async def ack(messages: list[Msg] = messages) -> None:
                for message in messages:
                    await message.ack()

            yield Delivered([message.data for message in messages], ack)

    async def close(self) -> None:
        """As `Source.close`."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()
