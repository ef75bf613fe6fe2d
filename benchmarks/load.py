"""A client that asks as fast as it is answered, on connections that stay open; one process."""

from __future__ import annotations

import asyncio
import sys
import time

import orjson


class _Asker(asyncio.Protocol):
    """One connection: the next request leaves when the answer to the last is whole."""

    def __init__(self, request: bytes, until: float, took: list[float]) -> None:
        self._request = request
        self._until = until
        self._took = took
        self.done = asyncio.get_running_loop().create_future()
        self._sent = 0.0
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what TCP gives
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        at = head.lower().index(b"content-length:") + 15
        if len(body) < int(head[at:].split(b"\r\n", 1)[0]):
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError(head.decode()))
            self._transport.close()
            return
        now = time.perf_counter()
        self._took.append(now - self._sent)
        self._buffer = b""
        if now < self._until:
            self._ask()
        else:
            self._transport.close()
            self.done.set_result(None)


async def ask(port: int, request: bytes, *, connections: int, seconds: float) -> list[float]:
    """How long each answer took."""
    took: list[float] = []
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    made = [
        await loop.create_connection(lambda: _Asker(request, until, took), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    return took


def main() -> None:
    """Read what to ask from standard input, write how long it took."""
    told = orjson.loads(sys.stdin.buffer.read())
    took = asyncio.run(
        ask(
            told["port"],
            told["request"].encode(),
            connections=told["connections"],
            seconds=told["seconds"],
        )
    )
    sys.stdout.buffer.write(orjson.dumps(took))


if __name__ == "__main__":
    main()
