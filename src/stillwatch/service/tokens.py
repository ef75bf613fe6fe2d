"""API tokens: shown once, kept as a hash, with a role, scopes and an end.

A token is `sw_<id>_<secret>`. The secret has 256 random bits, so a plain SHA-256 of it cannot be
guessed backwards; the id says which hash to compare, in constant time.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import orjson

from stillwatch.errors import ConfigError, NotFoundError, closest
from stillwatch.pipeline.online.manifest import replace_file
from stillwatch.service.roles import ROLES

__all__ = ["Shared", "Token", "Tokens", "new_token"]

_NAME = "tokens.json"
_PREFIX = "sw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is kept of a token.

    Attributes:
        token_id: Public part.
        name: What it is for, as its maker said.
        role: One of ROLES.
        scopes: What it may do: those of its role, or fewer.
        secret_hash: SHA-256 of the secret, hex.
        created_at: When.
        expires_at: From when it counts no longer.
        revoked_at: Since when it is withdrawn, or None.
    """

    token_id: str
    name: str
    role: str
    scopes: tuple[str, ...]
    secret_hash: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        return "active" if now < self.expires_at else "expired"


class Shared(Protocol):
    """Tokens that are kept where every node finds them."""

    def all(self) -> Sequence[Token]:
        """Every token."""
        ...


def new_token(
    name: str,
    *,
    role: str,
    scopes: tuple[str, ...] = (),
    lasts: timedelta = timedelta(days=90),
    now: datetime | None = None,
) -> tuple[Token, str]:
    """A token that is kept nowhere yet, and its text, which nobody can tell again.

    Raises:
        ConfigError: Unknown role, or a scope that the role does not have.
    """
    allowed = ROLES.get(role)
    if allowed is None:
        message = f"there is no role {role!r}"
        raise ConfigError(message, hint=closest(role, ROLES))
    beyond = sorted(set(scopes) - allowed)
    if beyond:
        message = f"the role {role!r} does not have the scope {beyond[0]!r}"
        raise ConfigError(message, hint=closest(beyond[0], allowed))
    at = now or datetime.now(UTC)
    secret, token_id = secrets.token_hex(32), secrets.token_hex(6)
    made = Token(
        token_id=token_id,
        name=name,
        role=role,
        scopes=tuple(sorted(scopes or allowed)),
        secret_hash=_hash(secret),
        created_at=at,
        expires_at=at + lasts,
    )
    return made, f"{_PREFIX}_{token_id}_{secret}"


class Tokens:
    """The tokens of one installation, in one file that only its owner can read.

    A running service sees what the command line changes within a second.
    """

    def __init__(self, folder: Path, *, shared: Shared | None = None) -> None:
        """The tokens of a folder.

        Args:
            folder: The service's state folder.
            shared: Tokens of the database, that every node knows beside those of its folder.
        """
        self._folder = folder
        self._shared = shared
        self._theirs: Mapping[str, Token] = {}
        self._known: Mapping[str, Token] = {}
        self._stamp: tuple[int, int] | None = None

    def create(
        self,
        name: str,
        *,
        role: str,
        scopes: tuple[str, ...] = (),
        lasts: timedelta = timedelta(days=90),
        now: datetime | None = None,
    ) -> tuple[Token, str]:
        """Make a token; the text is returned here and never again.

        Raises:
            ConfigError: Unknown role, or a scope that the role does not have.
        """
        made, text = new_token(name, role=role, scopes=scopes, lasts=lasts, now=now)
        with self._changing() as known:
            known[made.token_id] = made
        return made, text

    def revoke(self, token_id: str, *, now: datetime | None = None) -> Token:
        """Withdraw a token at once; doing it again changes nothing.

        Raises:
            NotFoundError: There is no such token.
        """
        with self._changing() as known:
            found = known.get(token_id)
            if found is None:
                message = f"there is no token {token_id!r}"
                raise NotFoundError(message, hint="`stillwatch token list` shows them")
            if found.revoked_at is None:
                found = known[token_id] = replace(found, revoked_at=now or datetime.now(UTC))
        return found

    def all(self) -> list[Token]:
        """Every token, oldest first."""
        self.refresh()
        return sorted(self._known.values(), key=lambda t: (t.created_at, t.token_id))

    def refresh(self) -> None:
        """Take up what another process changed."""
        if self._shared is not None:
            self._theirs = {each.token_id: each for each in self._shared.all()}
        try:
            seen = (self._folder / _NAME).stat()
        except OSError:
            self._known, self._stamp = {}, None
            return
        stamp = (seen.st_mtime_ns, seen.st_ino)
        if stamp != self._stamp:
            self._known, self._stamp = self._read(), stamp

    def check(self, text: str, now: datetime) -> Token | None:
        """The token that a text is, if it counts now; memory only."""
        parts = text.split("_")
        if len(parts) != 3 or parts[0] != _PREFIX:  # noqa: PLR2004 - prefix, id, secret
            return None
        found = self._known.get(parts[1]) or self._theirs.get(parts[1])
        if found is None or not hmac.compare_digest(found.secret_hash, _hash(parts[2])):
            return None
        return found if found.state(now) == "active" else None

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Token]]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / ".tokens.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = dict(self._read())
            yield known
            document = {"version": 1, "tokens": [asdict(t) for t in known.values()]}
            replace_file(self._folder / _NAME, orjson.dumps(document), mode=0o600)
        self._known = known

    def _read(self) -> Mapping[str, Token]:
        path = self._folder / _NAME
        if not path.exists():
            return {}
        try:
            rows = orjson.loads(path.read_bytes())["tokens"]
            made = [_token(row) for row in rows]
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            message = f"the token file {str(path)!r} is damaged"
            raise ConfigError(message, hint="restore it, or remove it and make new tokens") from (
                error
            )
        return {token.token_id: token for token in made}


def _token(row: dict[str, str]) -> Token:
    moments = {
        name: None if row[name] is None else datetime.fromisoformat(row[name])
        for name in ("created_at", "expires_at", "revoked_at")
    }
    return Token(**{**row, **moments, "scopes": tuple(row["scopes"])})  # type: ignore[arg-type]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
