"""Messages to the operator's own system, sent by the service as they become due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from stillwatch.respond.ledger import Ledger
from stillwatch.respond.webhooks import Webhook, deliver
from stillwatch.service.logs import event

__all__ = ["delivering"]

_EVERY = 1.0  # seconds between two looks into the outbox
_GRACE = 15.0  # seconds for the message under way, at the end


def delivering(ledger: Ledger, webhook: Webhook, *, every: float = _EVERY) -> Callable[[], None]:
    """Send what is due, again and again, on a thread of its own.

    One node of an installation does this. What is cut off by the end of the process is sent again
    later, under the same idempotency key.

    Returns:
        Ends the thread.
    """
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(every):
            try:
                done = deliver(ledger, webhook, at=datetime.now(UTC))
            except Exception as fault:  # noqa: BLE001 - the thread must outlive whatever fails once
                event("messages cannot be sent", level=logging.ERROR, fault=type(fault).__name__)
                continue
            if done.delivered or done.given_up:
                event("messages", delivered=done.delivered, waiting=done.waiting,
                      given_up=done.given_up)  # fmt: skip

    thread = threading.Thread(target=watch, name="webhook", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(_GRACE)

    return end
