"""The secret of this installation: made on first use, readable by its owner only."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from stillwatch.errors import ConfigError

__all__ = ["ENVIRONMENT", "NAME", "installation_secret"]

ENVIRONMENT = "STILLWATCH_SECRET_FILE"
"""Environment variable that names the secret file instead of the state folder's."""
NAME = "secret"
"""Name of the file in the state folder."""
_BYTES = 32


def installation_secret(folder: str | Path) -> bytes:
    """The secret, from `$STILLWATCH_SECRET_FILE` or the state folder; made there if absent.

    Every keyed hash of this installation depends on it: back it up, and never share it.

    Raises:
        ConfigError: Others can read the file, it is too short, or it cannot be made.
    """
    named = os.environ.get(ENVIRONMENT)
    path = Path(named) if named else Path(folder) / NAME
    try:
        if not path.exists():
            _make(path)
        return _read(path)
    except OSError as error:
        message = f"cannot use the secret file {str(path)!r}: {error.strerror}"
        hint = f"choose a folder that you own, or set {ENVIRONMENT}"
        raise ConfigError(message, hint=hint) from error


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        _settle(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _settle(fresh: Path, path: Path) -> None:
    # A hard link never replaces: of two processes that start at once, one secret wins, whole.
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        return


def _read(path: Path) -> bytes:
    mode = path.stat().st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        seen = stat.S_IMODE(mode)
        message = f"the secret file {str(path)!r} can be read by others (mode {seen:o})"
        raise ConfigError(message, hint=f"run: chmod 600 {path}")
    secret = path.read_bytes().strip()
    if len(secret) < _BYTES:
        message = f"the secret file {str(path)!r} holds {len(secret)} bytes, fewer than {_BYTES}"
        hint = "restore it from a backup; a new secret makes all earlier hashes unknown"
        raise ConfigError(message, hint=hint)
    return secret
