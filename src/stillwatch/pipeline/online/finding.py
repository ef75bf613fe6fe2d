"""Groups found anew beside the looks, in a process of its own that gives its memory back.

A whole judgement of a large window takes minutes. The looks go on meanwhile and weigh the groups
that were found before; they take up the new ones when the process has ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from stillwatch.errors import Error
from stillwatch.ingest.secret import installation_secret
from stillwatch.pipeline.clearing import Clearing
from stillwatch.pipeline.inputs import state_folder
from stillwatch.pipeline.online.asked import Asked, asked, end_with_input
from stillwatch.pipeline.online.look import form
from stillwatch.pipeline.online.rollups import Rollups
from stillwatch.respond.ledger import Ledger
from stillwatch.store import open_store

__all__ = ["Finding", "find", "main"]

_NAME = "stillwatch.pipeline.online.finding"
_NICE = 5  # below the looks, which are below decisions


class Finding:
    """The process beside, started when it is due; it rests for as long as it worked."""

    def __init__(self, folder: Path, words: list[str]) -> None:
        self._words = [sys.executable, "-m", _NAME, str(folder), *words]
        self._process: subprocess.Popen[bytes] | None = None
        self._began = self._ended = 0.0
        self._of: object = None

    def begin(self, state: object) -> None:
        """Start it, unless it runs, rests, or has seen this state of the history."""
        if self._running() or state == self._of:
            return
        if time.monotonic() - self._ended < self._ended - self._began:
            return
        self._of, self._began = state, time.monotonic()
        self._process = subprocess.Popen(self._words, stdin=subprocess.PIPE)  # noqa: S603 - ours

    def end(self) -> None:
        """End it; what it had not finished does not count."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait()

    def _running(self) -> bool:
        if self._process is None:
            return False
        if self._process.poll() is None:
            return True
        if self._process.returncode:
            self._of = None  # it failed and said why: once more, after its rest
        self._process, self._ended = None, time.monotonic()
        return False


def find(folder: Path, given: Asked, clearing: Clearing) -> None:
    """Judge everything anew, without the accounts that are cleared, and keep the groups for looks.

    Raises:
        Error: The history or a table beside it cannot be read, or the groups not be written.
    """
    began = datetime.now(UTC)
    clearing.names()
    with _sums(folder, given).tidy() as sums:
        now = sums.now(accounts=clearing.into(given.known_accounts()), releases=given.releases)
        if now.tables.accounts.num_rows >= given.settings.detect.minimum_parties:
            form(now.tables, given.settings, began=began)[1].save(folder)


def _sums(folder: Path, given: Asked) -> Rollups:
    return Rollups(folder, given.settings, name="find")


def main() -> None:
    """The process."""
    os.nice(_NICE)
    folder, given = asked(f"python -m {_NAME}")
    end_with_input(_sums(folder, given).tidy)
    try:
        ledger = Ledger(open_store(), installation_secret(state_folder()))
        find(folder, given, Clearing(ledger))
    except (Error, SQLAlchemyError) as fault:
        print(f"stillwatch: groups could not be found anew: {fault}", file=sys.stderr)  # noqa: T201
        sys.exit(1)


if __name__ == "__main__":
    main()
