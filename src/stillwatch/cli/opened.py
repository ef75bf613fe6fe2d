"""The ledger in the database that a verb names, opened with the installation's secret.

Needs the packages of the extra `respond`; imported by verbs when they run, so that those which need
no database do without.
"""

from __future__ import annotations

from pathlib import Path

import platformdirs

from stillwatch.errors import ConfigError, missing
from stillwatch.ingest.secret import installation_secret

try:
    from stillwatch.respond.ledger import Ledger
    from stillwatch.store import open_store
except ModuleNotFoundError as absent:
    raise missing(absent.name, "respond") from absent

__all__ = ["ledger", "shared_secret"]

_SHORTEST = 32


def ledger(url: str | None) -> Ledger:
    """The ledger in a database, by default that of this user."""
    secret = installation_secret(platformdirs.user_state_path("stillwatch"))
    return Ledger(open_store(url), secret)


def shared_secret(file: Path) -> bytes:
    """A secret out of a file, without the white space around it.

    Raises:
        ConfigError: The file cannot be read, or holds too little.
    """
    try:
        secret = file.read_bytes().strip()
    except OSError as error:
        message = f"cannot read the secret file {str(file)!r}: {error.strerror}"
        raise ConfigError(message, hint="make one with: openssl rand -hex 32") from error
    if len(secret) < _SHORTEST:
        message = f"the secret file {str(file)!r} holds {len(secret)} bytes, fewer than {_SHORTEST}"
        raise ConfigError(message, hint="make one with: openssl rand -hex 32")
    return secret
