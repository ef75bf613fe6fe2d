"""What the processes beside the service are told: one set of options for all of them."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from stillwatch.ingest import Redactor, read_accounts, read_releases
from stillwatch.pipeline.inputs import state_folder
from stillwatch.settings import Settings, load

__all__ = ["Asked", "asked", "end_with_input"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked for.

    Attributes:
        settings: In force.
        accounts: Account table; read anew whenever it is asked for.
        releases_file: Table of model releases.
        policy: Policy file.
    """

    settings: Settings
    accounts: Path | None = None
    releases_file: Path | None = None
    policy: Path | None = None

    @cached_property
    def releases(self) -> pa.Table | None:
        """Table of schema MODEL_RELEASE."""
        return None if self.releases_file is None else read_releases(self.releases_file)

    @cached_property
    def _redactor(self) -> Redactor:
        keep = self.settings.ingest.keep_addresses
        return Redactor.from_state(state_folder(), keep_addresses=keep)

    def known_accounts(self) -> pa.Table | None:
        """Table of schema ACCOUNT, redacted, as it is now.

        Raises:
            InputError: It cannot be read.
        """
        if self.accounts is None:
            return None
        return self._redactor.redact_accounts(read_accounts(self.accounts))


def asked(program: str, words: Sequence[str] | None = None) -> tuple[Path, Asked]:
    """The folder of the history and what else the command line says."""
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("folder", type=Path)
    for name in ("--settings", "--accounts", "--releases", "--policy"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args(words)
    return given.folder, Asked(
        settings=load(given.settings),
        accounts=given.accounts,
        releases_file=given.releases,
        policy=given.policy,
    )


def end_with_input(tidy: Callable[[], object]) -> None:
    """Let the process end, after tidying up, as soon as nobody holds its standard input."""

    def end() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        tidy()
        os._exit(0)  # whatever is under way: nothing of it counts before it is whole

    threading.Thread(target=end, daemon=True).start()
