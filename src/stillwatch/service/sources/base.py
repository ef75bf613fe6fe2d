"""The protocol of a source, and the loop that drains one: acknowledged only after the commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from stillwatch.service.faults import Fault
from stillwatch.service.logs import event
from stillwatch.service.state import State

__all__ = ["Delivered", "Source", "drain"]

_TOGETHER = 8 << 20  # bytes of messages that are read as one body
_PAUSE = 2.0  # seconds before a stream that broke is opened again


@dataclass(frozen=True, slots=True)
class Delivered:
    """Messages that came together.

    Attributes:
        bodies: Each an exchange, several lines, or an array; any known format of logs.
        ack: Tells the stream that they are kept; called once, after the commit.
    """

    bodies: Sequence[bytes]
    ack: Callable[[], Awaitable[None]]


class Source(Protocol):
    """A stream that delivers at least once."""

    name: str
    """What it is called in log lines and as a client; holds no secret."""

    def batches(self) -> AsyncIterator[Delivered]:
        """Batches for as long as the stream is open.

        What was delivered and not acknowledged comes again, here or to another process. May raise
        whatever its library raises; it is then opened anew.
        """
        ...

    async def close(self) -> None:
        """Let go of the connection; safe to call twice."""
        ...


async def drain(source: Source, state: State) -> None:
    """Take everything that a source delivers, until cancelled."""
    while True:
        try:
            async for delivered in source.batches():
                await _take(source, state, delivered)
        except asyncio.CancelledError:
            await source.close()
            raise
        except Exception as error:  # noqa: BLE001 - a broken stream must not end the service
            event(
                "a source broke", level=logging.WARNING, source=source.name,
                fault=type(error).__name__, again_in=_PAUSE,
            )  # fmt: skip
            await source.close()
        await asyncio.sleep(_PAUSE)


async def _take(source: Source, state: State, delivered: Delivered) -> None:
    for body in _joined(delivered.bodies):
        await _until_kept(source, state, body)
    await delivered.ack()


async def _until_kept(source: Source, state: State, body: bytes) -> None:
    """Wait while too much waits: the stream keeps what it has not been told of."""
    while state.intake is not None:
        try:
            taken = await state.intake.take(body, source.name)
        except Fault as fault:
            event("a source waits", level=logging.WARNING, source=source.name, fault=fault.code)
            await asyncio.sleep(fault.retry_after or _PAUSE)
            continue
        for outcome, count in asdict(taken.added).items():
            state.metrics.exchanges.labels(outcome).inc(count)
        state.metrics.exchanges.labels("rejected").inc(taken.received.rejected)
        return


def _joined(bodies: Sequence[bytes]) -> list[bytes]:
    """Bodies of lines, none much too large, and by itself whatever has line breaks of its own."""
    stripped = [body.strip() for body in bodies]
    joined: list[list[bytes]] = []
    size = _TOGETHER
    for body in stripped:
        if body and b"\n" not in body:
            if size + len(body) > _TOGETHER:
                joined.append([])
                size = 0
            joined[-1].append(body)
            size += len(body)
    return [b"\n".join(lines) for lines in joined] + [body for body in stripped if b"\n" in body]
