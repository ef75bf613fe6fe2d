"""Alembic's entry: runs the steps on the connection that `store.database` hands over."""

from __future__ import annotations

from alembic import context

from stillwatch.store.tables import METADATA

__all__: list[str] = []

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table="stillwatch_version",
)
with context.begin_transaction():
    context.run_migrations()
