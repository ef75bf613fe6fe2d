"""What this node saw in requests, in the database within a second, for every node to decide on."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from stillwatch.pipeline.evidence import act_at_once, keep
from stillwatch.pipeline.guard import Guard
from stillwatch.pipeline.respond import ceiling_of, spared
from stillwatch.respond.ledger import Ledger
from stillwatch.service.logs import event
from stillwatch.settings import Settings

__all__ = ["record"]

_EVERY = 0.5  # seconds


def record(
    guard: Guard, ledger: Ledger, settings: Settings, *, every: float = _EVERY
) -> Callable[[], None]:
    """Keep what the guard's watch noticed, on a thread of its own; a proof is acted on at once.

    Requests never wait for it. What was noticed while the database is away waits in memory, up to
    a bound, and what was noticed in the last moment before a crash is lost: it comes again with
    the next request that shows it.

    Returns:
        Ends the thread, after a last look.
    """
    stop, node = threading.Event(), secrets.token_hex(8)

    def watch() -> None:
        since, ended = 0.0, False
        while not ended:
            ended = stop.wait(every)
            began = time.time()
            fresh = guard.watch.fresh()
            try:
                at = datetime.now(UTC)
                owners = {each.account_id: each.organization_id for each in fresh}
                known = keep(ledger, node, fresh, guard.watch.rates(since), at=at)
                since, fresh = began, []
                if known:
                    act_at_once(
                        ledger, guard.policy, known, at=at, ceiling=ceiling_of(settings),
                        spared=spared(ledger, at=at, owners=owners),
                    )  # fmt: skip
            except Exception as fault:  # noqa: BLE001 - a thread that ends keeps nothing any more
                guard.watch.again(fresh)
                event("sightings cannot be kept", level=logging.ERROR, fault=type(fault).__name__)

    thread = threading.Thread(target=watch, name="sightings", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join()

    return end
