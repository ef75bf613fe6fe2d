"""Decisions that stand in the database, in every node's memory within a second."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from stillwatch.pipeline.guard import Guard
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.register import Register
from stillwatch.service.logs import event

__all__ = ["follow"]

_EVERY = 0.5  # seconds between two looks at the ledger's head
_ANEW = 60.0  # seconds after which all is read again


def follow(guard: Guard, ledger: Ledger, *, every: float = _EVERY) -> Callable[[], None]:
    """Renew the guard whenever something was decided, undone or approved, on a thread of its own.

    The request path never waits for the database: while it is away, what stood last stands on,
    each decision until its own end.

    Returns:
        Ends the thread.

    Raises:
        Error: The database cannot be read at all.
    """
    register, stop = Register(ledger), threading.Event()
    seen = str(ledger.head())
    guard.stand_by(register.standing(at=datetime.now(UTC)).values())

    def watch() -> None:
        known, read = seen, time.monotonic()
        while not stop.wait(every):
            try:
                head = str(ledger.head())
                if head != known or time.monotonic() - read > _ANEW:
                    guard.stand_by(register.standing(at=datetime.now(UTC)).values())
                    known, read = head, time.monotonic()
            except Exception as fault:  # noqa: BLE001 - the thread must outlive whatever fails once
                event("decisions cannot be read", level=logging.ERROR, fault=type(fault).__name__)

    thread = threading.Thread(target=watch, name="standing", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join()
        ledger.engine.dispose()

    return end
