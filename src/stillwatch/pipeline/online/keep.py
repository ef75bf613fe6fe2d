"""Judge a history again and again: what `stillwatch serve` runs beside itself.

One line of JSON on standard output tells each look; the process ends with its standard input.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import orjson
from sqlalchemy.exc import SQLAlchemyError

from stillwatch.errors import Error
from stillwatch.ingest import Redactor, read_accounts, read_releases
from stillwatch.ingest.secret import installation_secret
from stillwatch.pipeline.clearing import Clearing
from stillwatch.pipeline.inputs import state_folder
from stillwatch.pipeline.online import manifest as committed
from stillwatch.pipeline.online.knowledge import Knowledge
from stillwatch.pipeline.online.look import look
from stillwatch.pipeline.online.segments import journal_path
from stillwatch.pipeline.respond import respond
from stillwatch.pipeline.standing import Found
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.policy import Policy, default_policy, load_policy
from stillwatch.settings import Settings, load
from stillwatch.store import open_store

__all__ = ["keep", "main"]

_POLL = 0.25  # seconds


def keep(
    folder: Path,
    *,
    settings: Settings,
    accounts: Path | None = None,
    releases: Path | None = None,
    policy: Policy,
    ledger: Ledger,
    stop: threading.Event,
) -> None:
    """Look whenever something new is on the disk and decide on it, until told to stop.

    Looks take at most about half of the time, however long one takes.
    """
    redactor = Redactor.from_state(state_folder(), keep_addresses=settings.ingest.keep_addresses)
    launched = None if releases is None else read_releases(releases)
    clearing = Clearing(ledger)
    seen: tuple[tuple[int, int], frozenset[str]] | None = None
    while not stop.is_set():
        began, now = time.time(), (_size(folder), clearing.names())
        if now == seen:
            stop.wait(_POLL)
            continue
        told: dict[str, object] = {"began": began}
        try:
            known = None if accounts is None else redactor.redact_accounts(read_accounts(accounts))
            known, before = clearing.into(known), Knowledge.load(folder)
            found = look(folder, settings=settings, accounts=known, releases=launched)
            clearing.judged(before, found.knowledge)
            if found.run is not None:
                at = datetime.now(UTC)
                tables = Found.of(found.run)
                respond(tables, policy, ledger, at=at, settings=settings, accounts=known)
            campaigns = 0 if found.run is None else found.run.campaigns.num_rows
            told |= {"exchanges": found.exchanges, "campaigns": campaigns, "rate": found.rate}
            seen = now
        except (Error, SQLAlchemyError) as fault:
            told["fault"] = type(fault).__name__
            print(f"stillwatch: an assessment failed: {fault}", file=sys.stderr)  # noqa: T201
        took = time.time() - began
        print(orjson.dumps({**told, "seconds": took}).decode(), flush=True)  # noqa: T201
        stop.wait(max(settings.online.assess_seconds - took, took))


def main() -> None:
    """The process."""
    parser = argparse.ArgumentParser(prog="python -m stillwatch.pipeline.online.keep")
    parser.add_argument("folder", type=Path)
    for name in ("--settings", "--accounts", "--releases", "--policy"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    threading.Thread(target=_end_with_input, daemon=True).start()
    os.nice(5)  # decisions come first
    keep(
        given.folder,
        settings=load(given.settings),
        accounts=given.accounts,
        releases=given.releases,
        policy=default_policy() if given.policy is None else load_policy(given.policy),
        ledger=Ledger(open_store(), installation_secret(state_folder())),
        stop=threading.Event(),
    )


def _size(folder: Path) -> tuple[int, int]:
    """Changes when a batch is committed."""
    number = committed.load(folder).number
    try:
        return number, journal_path(folder, number).stat().st_size
    except FileNotFoundError:
        return number, 0


def _end_with_input() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)  # whatever is under way: nothing of it counts before it is whole


if __name__ == "__main__":
    main()
