"""API tokens in the database, for nodes that share no folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Engine, Row, insert, select, update

from stillwatch.errors import NotFoundError
from stillwatch.service.tokens import Token, new_token
from stillwatch.store import from_us, reading, to_us
from stillwatch.store.tables import TOKEN

__all__ = ["SharedTokens"]


class SharedTokens:
    """The tokens of one database; a running service sees a change within a second."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._readers = reading(engine)

    def create(
        self,
        name: str,
        *,
        role: str,
        scopes: tuple[str, ...] = (),
        lasts: timedelta = timedelta(days=90),
    ) -> tuple[Token, str]:
        """Make a token; the text is returned here and never again.

        Raises:
            ConfigError: Unknown role, or a scope that the role does not have.
        """
        made, text = new_token(name, role=role, scopes=scopes, lasts=lasts)
        with self._engine.begin() as connection:
            connection.execute(
                insert(TOKEN).values(
                    token_id=made.token_id,
                    name=made.name,
                    role=made.role,
                    scopes=orjson.dumps(made.scopes).decode(),
                    secret_hash=made.secret_hash,
                    created_us=to_us(made.created_at),
                    expires_us=to_us(made.expires_at),
                )
            )
        return made, text

    def revoke(self, token_id: str, *, now: datetime | None = None) -> Token:
        """Withdraw a token at once; doing it again changes nothing.

        Raises:
            NotFoundError: There is no such token.
        """
        at = now or datetime.now(UTC)
        mine = TOKEN.c.token_id == token_id
        with self._engine.begin() as connection:
            row = connection.execute(select(TOKEN).where(mine)).first()
            if row is None:
                message = f"there is no token {token_id!r} in the database"
                raise NotFoundError(message, hint="`stillwatch token list --shared` shows them")
            found = _token(row)
            if found.revoked_at is None:
                connection.execute(update(TOKEN).where(mine).values(revoked_us=to_us(at)))
                found = replace(found, revoked_at=at)
        return found

    def all(self) -> Sequence[Token]:
        """Every token, oldest first."""
        with self._readers.connect() as connection:
            rows = connection.execute(select(TOKEN).order_by(TOKEN.c.created_us, TOKEN.c.token_id))
            return [_token(row) for row in rows]


def _token(row: Row[Any]) -> Token:
    return Token(
        token_id=row.token_id,
        name=row.name,
        role=row.role,
        scopes=tuple(orjson.loads(row.scopes)),
        secret_hash=row.secret_hash,
        created_at=from_us(row.created_us),
        expires_at=from_us(row.expires_us),
        revoked_at=None if row.revoked_us is None else from_us(row.revoked_us),
    )
