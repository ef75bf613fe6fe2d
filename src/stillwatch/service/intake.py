"""From bodies to the disk: bounded, a fair share for each client, one wait for many senders."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

import pyarrow as pa

from stillwatch.errors import Error, OutputError
from stillwatch.ingest import Received, Redactor, receive
from stillwatch.pipeline.online.history import Added, History
from stillwatch.read import read
from stillwatch.service.faults import Fault

__all__ = ["Intake", "Place", "Taken"]

_A_CLIENT = 8  # bodies of one client that may wait
_GATHERED = 64  # batches under one wait for the disk
_FIRST = (
    b'{"exchange_id":"warm-up","started_at":"2026-01-01T00:00:00Z","account_id":"warm-up",'
    b'"system_text":"warm","prompt_text":"a few words of text","response_text":"and an answer"}'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a body; it is on the disk.

    Attributes:
        received: What was read out of it.
        added: What was kept of that.
    """

    received: Received
    added: Added


@dataclass(frozen=True, slots=True)
class _Batch:
    readings: pa.RecordBatch
    done: Future[Added]


class Place:
    """What one body takes of the room that all have.

    Attributes:
        size: Bytes of it that wait.
    """

    def __init__(self, intake: Intake) -> None:
        self.size = 0
        self._intake = intake

    def resize(self, size: int) -> None:
        """It waits with this many bytes now.

        Raises:
            Fault: Too much waits; the client should come back.
        """
        self._intake.hold(size - self.size, self.size)
        self.size = size

    def leave(self) -> None:
        """It waits no longer."""
        self._intake.hold(-self.size, self.size)
        self.size = 0


class Intake:
    """Reads bodies on threads of their own and commits what they hold, several at a time.

    Attributes:
        waiting_bytes: Bodies that are not on the disk yet.
        failed: Why the last commit failed, or an empty string.
        warm: Done when the text kernels are compiled, so that nobody waits for them.
    """

    def __init__(self, history: History, redactor: Redactor, *, queue_mib: int) -> None:
        self.waiting_bytes = 0
        self._limit = queue_mib << 20
        self._redactor = redactor
        self._history = history
        self._clients: Counter[str] = Counter()
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="read")
        self._batches: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="write")
        self._writer.start()
        self.failed = ""
        self.warm = self._pool.submit(self._read, _FIRST)

    @contextmanager
    def place(self, client: str) -> Iterator[Place]:
        """A place for one body of a client, from before it arrives until it is on the disk.

        Raises:
            Fault: Too many bodies of this client wait; it should come back.
        """
        if self._clients[client] >= _A_CLIENT:
            message = f"{_A_CLIENT} bodies of this token wait already; send them one after another"
            raise Fault(HTTPStatus.TOO_MANY_REQUESTS, "too_many_waiting", message, retry_after=1)
        self._clients[client] += 1
        place = Place(self)
        try:
            yield place
        finally:
            self._clients[client] -= 1
            if not self._clients[client]:
                del self._clients[client]
            place.leave()

    def hold(self, more: int, held: int) -> None:
        """Hold `more` bytes for somebody who holds `held`.

        Raises:
            Fault: Too much waits.
        """
        others = self.waiting_bytes - held
        if more > 0 and others and self.waiting_bytes + more > self._limit:  # one always may
            message = "more exchanges arrive than can be written; send this batch again later"
            raise Fault(HTTPStatus.SERVICE_UNAVAILABLE, "overloaded", message, retry_after=2)
        self.waiting_bytes += more

    async def take(self, body: bytes, client: str) -> Taken:
        """Read a body and keep its exchanges; returns when they are on the disk.

        Raises:
            Fault: Too much waits (the client should come back), or the disk refuses.
        """
        with self.place(client) as place:
            place.resize(len(body))
            return await self.keep(body)

    async def keep(self, body: bytes) -> Taken:
        """The same for a body that has its place.

        Raises:
            Fault: The disk refuses.
        """
        try:
            loop = asyncio.get_running_loop()
            received, batches = await loop.run_in_executor(self._pool, self._read, body)
            done: list[Future[Added]] = []
            for readings in batches:
                done.append(Future())
                self._batches.put(_Batch(readings, done[-1]))
            added = [await asyncio.wrap_future(each) for each in done]
        except OutputError as error:
            self.failed = error.found
            message = "the exchanges cannot be written now; send them again later"
            raise Fault(
                HTTPStatus.SERVICE_UNAVAILABLE, "cannot_write", message, retry_after=10
            ) from error
        return Taken(received=received, added=_sum(added))

    def close(self) -> None:
        """Finish what waits, then stop."""
        self._pool.shutdown(wait=True)
        self._batches.put(None)
        self._writer.join()

    def _read(self, body: bytes) -> tuple[Received, list[pa.RecordBatch]]:
        received = receive(body, self._redactor)
        return received, [read(batch) for batch in received.batches]

    def _write(self) -> None:
        while (first := self._batches.get()) is not None:
            gathered = [first]
            ended = False
            while len(gathered) < _GATHERED and not ended:
                try:
                    more = self._batches.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    ended = True
                else:
                    gathered.append(more)
            self._commit(gathered)
            if ended:
                return

    def _commit(self, gathered: list[_Batch]) -> None:
        try:
            added = self._history.add([each.readings for each in gathered])
        except (Error, OSError, ValueError, pa.ArrowException) as error:
            told = error if isinstance(error, OutputError) else OutputError(str(error))
            for each in gathered:
                if each.done.set_running_or_notify_cancel():
                    each.done.set_exception(told)
            return
        self.failed = ""
        for each, one in zip(gathered, added, strict=True):
            if each.done.set_running_or_notify_cancel():  # who has gone away is not told
                each.done.set_result(one)


def _sum(added: list[Added]) -> Added:
    return Added(
        accepted=sum(a.accepted for a in added),
        repeated=sum(a.repeated for a in added),
        expired=sum(a.expired for a in added),
        sampled_out=sum(a.sampled_out for a in added),
    )
