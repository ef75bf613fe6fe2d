"""Opens a database by its URL and brings its tables up to date."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import platformdirs
from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from stillwatch.errors import ConfigError, StoreError, missing

__all__ = ["ENVIRONMENT", "default_url", "open_store", "reading"]

ENVIRONMENT = "STILLWATCH_DATABASE"
"""Environment variable with the database's URL; it may hold a password, so no file of ours does."""
_BUSY_SECONDS = 30
_DRIVER = "psycopg"
_READS = "stillwatch_reads"
_LOCK = 0x5711_0001  # of PostgreSQL, so that two processes that start at once migrate in turn
_HINT = "write e.g. sqlite:///decisions.sqlite3 or postgresql://user@host/name"


def default_url() -> str:
    """The database of this user, unless the environment names another."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return named
    folder = platformdirs.user_state_path("stillwatch")
    return f"sqlite:///{folder / 'decisions.sqlite3'}"


def open_store(url: str | None = None) -> Engine:
    """An engine on a database whose tables are up to date.

    Args:
        url: An SQLAlchemy URL of SQLite or PostgreSQL; by default `default_url()`.

    Raises:
        ConfigError: The URL is none of ours.
        StoreError: The database cannot be reached or brought up to date.
    """
    address = _address(url or default_url())
    engine = (_sqlite if address.drivername == "sqlite" else _postgres)(address)
    try:
        _migrate(engine)
    except SQLAlchemyError as error:
        engine.dispose()
        message = f"cannot use the database {_shown(address)}: {_reason(error)}"
        raise StoreError(message, hint=f"is it running? {ENVIRONMENT} names another") from error
    return engine


def reading(engine: Engine) -> Engine:
    """The same database for reading: each transaction sees one state and holds up nobody."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_READS: True})
    return engine.execution_options(isolation_level="REPEATABLE READ")


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        # The text may hold a password, so it is not repeated.
        message = "the database URL cannot be read"
        raise ConfigError(message, hint=_HINT) from error
    kind = address.get_backend_name()
    if kind not in {"sqlite", "postgresql"}:
        message = f"a database of kind {kind!r} is not supported"
        raise ConfigError(message, hint=_HINT)
    return address.set(drivername="postgresql+psycopg" if kind == "postgresql" else "sqlite")


def _sqlite(address: URL) -> Engine:
    if address.database and address.database != ":memory:":
        folder = Path(address.database).parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = f"cannot make the folder {str(folder)!r}: {error.strerror}"
            raise StoreError(message, hint="choose a folder that can be written") from error
    engine = create_engine(address, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
    # The driver's own transactions begin too late: two writers could read the same last row.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Any) -> None:  # noqa: ANN401 - the signature that the event calls
    reads = connection.get_execution_options().get(_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _postgres(address: URL) -> Engine:
    try:
        return create_engine(address, pool_pre_ping=True)
    except (ModuleNotFoundError, NoSuchModuleError) as absent:
        raise missing(_DRIVER, "respond") from absent


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _shown(address: URL) -> str:
    return address.render_as_string(hide_password=True)


def _reason(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().partition("\n")[0]
