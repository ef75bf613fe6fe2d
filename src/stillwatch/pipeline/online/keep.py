"""Judge a history again and again: what `stillwatch serve` runs beside itself.

While all groups can be found within the time between two looks, each look finds them. Later a
process beside finds them as often as it can, and the looks weigh those that it found last. One line
of JSON on standard output tells each look; the process ends with its standard input.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import orjson
from sqlalchemy.exc import SQLAlchemyError

from stillwatch.errors import Error
from stillwatch.ingest.secret import installation_secret
from stillwatch.pipeline.clearing import Clearing
from stillwatch.pipeline.inputs import state_folder
from stillwatch.pipeline.online import manifest as committed
from stillwatch.pipeline.online.asked import Asked, asked, end_with_input
from stillwatch.pipeline.online.deciding import Deciding
from stillwatch.pipeline.online.finding import Finding
from stillwatch.pipeline.online.formed import Formed
from stillwatch.pipeline.online.knowledge import Knowledge
from stillwatch.pipeline.online.look import Look, look
from stillwatch.pipeline.online.rollups import Rollups
from stillwatch.pipeline.online.segments import journal_path
from stillwatch.pipeline.standing import Found
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.policy import Policy, default_policy, load_policy
from stillwatch.store import open_store

__all__ = ["keep", "main"]

_POLL = 0.25  # seconds
_REST = 0.25  # of the time that a look took, at the least
_NICE = 5  # decisions come first


def keep(
    folder: Path,
    given: Asked,
    *,
    policy: Policy,
    ledger: Ledger,
    finding: Finding,
    stop: threading.Event,
) -> None:
    """Look whenever something new is on the disk and decide on it, until told to stop."""
    seen: object = None
    online = given.settings.online
    groups, clearing = Formed.load(folder), Clearing(ledger)
    deciding = Deciding(policy, ledger, given.settings)
    sums = _sums(folder, given).tidy()
    while not stop.is_set():
        began, stamp = time.time(), Formed.stamp(folder)
        given_now = (_state(folder), clearing.names())
        beside = groups is not None and groups.seconds > online.assess_seconds
        if beside:
            finding.begin(given_now)
        if (given_now, stamp) == seen:
            _again(deciding)
            stop.wait(_POLL)
            continue
        told: dict[str, object] = {"began": began}
        try:
            found = _looked(
                folder, given, sums, deciding=deciding, clearing=clearing, beside=beside
            )
            campaigns = 0 if found.run is None else found.run.campaigns.num_rows
            told |= {"exchanges": found.exchanges, "campaigns": campaigns, "rate": found.rate}
            if found.formed is not None:
                told["found"] = found.formed.at.timestamp()
                told["finding_seconds"] = found.formed.seconds
            if not beside:
                stamp = Formed.stamp(folder)  # its own
            seen, groups = (given_now, stamp), found.formed or groups
        except (Error, SQLAlchemyError) as fault:
            told["fault"] = type(fault).__name__
            print(f"stillwatch: an assessment failed: {fault}", file=sys.stderr)  # noqa: T201
        took = time.time() - began
        print(orjson.dumps({**told, "seconds": took}).decode(), flush=True)  # noqa: T201
        stop.wait(max(online.assess_seconds - took, _REST * took))


def _looked(
    folder: Path,
    given: Asked,
    sums: Rollups,
    *,
    deciding: Deciding,
    clearing: Clearing,
    beside: bool,
) -> Look:
    known, before = clearing.into(given.known_accounts()), Knowledge.load(folder)
    found = look(
        folder, settings=given.settings, accounts=known, releases=given.releases,
        follow_groups=beside, rollups=sums,
    )  # fmt: skip
    clearing.judged(before, found.knowledge)
    if found.run is not None:
        deciding.on(Found.of(found.run), known)
    return found


def _again(deciding: Deciding) -> None:
    try:
        deciding.again()
    except (Error, SQLAlchemyError) as fault:
        print(f"stillwatch: decisions could not be made anew: {fault}", file=sys.stderr)  # noqa: T201


def _sums(folder: Path, given: Asked) -> Rollups:
    return Rollups(folder, given.settings, name="keep")


def main() -> None:
    """The process."""
    os.nice(_NICE)
    folder, given = asked("python -m stillwatch.pipeline.online.keep")
    end_with_input(_sums(folder, given).tidy)
    keep(
        folder,
        given,
        policy=default_policy() if given.policy is None else load_policy(given.policy),
        ledger=Ledger(open_store(), installation_secret(state_folder())),
        finding=Finding(folder, sys.argv[2:]),
        stop=threading.Event(),
    )


def _state(folder: Path) -> tuple[int, int]:
    """Changes when a batch is committed."""
    number = committed.load(folder).number
    try:
        return number, journal_path(folder, number).stat().st_size
    except FileNotFoundError:
        return number, 0


if __name__ == "__main__":
    main()
