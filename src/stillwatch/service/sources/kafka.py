"""Kafka and what speaks its protocol: `kafka://host:9092?stream=exchanges&group=stillwatch`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from confluent_kafka import Consumer, KafkaError, KafkaException, Message

from stillwatch.service.sources.base import Delivered

__all__ = ["KafkaTopic"]

_COUNT = 500
_BLOCK = 1.0  # seconds


class KafkaTopic:
    """A member of a consumer group; offsets are committed after the exchanges are kept."""

    def __init__(self, servers: str, *, stream: str, group: str) -> None:
        self.name = f"kafka:{stream}"
        self._stream = stream
        self._configuration: dict[str, str | int | float | bool] = {
            "bootstrap.servers": servers,
            "group.id": group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
        self._consumer: Consumer | None = None

    async def batches(self) -> AsyncIterator[Delivered]:
        """As `Source.batches`; the library waits on a thread, so that the service does not."""
        consumer = self._consumer = Consumer(self._configuration)
        consumer.subscribe([self._stream])
        while True:
            found = await asyncio.to_thread(consumer.consume, _COUNT, _BLOCK)
            messages = [message for message in found if _good(message)]
            if not messages:
                continue

            async def ack(consumer: Consumer = consumer) -> None:
                await asyncio.to_thread(consumer.commit, asynchronous=False)

            yield Delivered([message.value() or b"" for message in messages], ack)

    async def close(self) -> None:
        """As `Source.close`."""
        if self._consumer is not None:
            consumer, self._consumer = self._consumer, None
            await asyncio.to_thread(consumer.close)


def _good(message: Message) -> bool:
    error = message.error()
    if error is None:
        return True
    if error.code() in {KafkaError._PARTITION_EOF, KafkaError.UNKNOWN_TOPIC_OR_PART}:  # noqa: SLF001
        return False
    raise KafkaException(error)
