"""What requests showed (sightings, rates of asking), and the service's tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["branch_labels", "depends_on", "down_revision", "downgrade", "revision", "upgrade"]

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sighting",
        sa.Column("account_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("organization_id", sa.Text, nullable=False),
        sa.Column("issued_to", sa.String(64), nullable=False),
        sa.Column("first_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_sighting_first_us", "sighting", ["first_us"])
    op.create_table(
        "elicitation",
        sa.Column("account_id", sa.Text, primary_key=True),
        sa.Column("node", sa.String(32), primary_key=True),
        sa.Column("requests", sa.Float, nullable=False),
        sa.Column("hits", sa.Float, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_elicitation_at_us", "elicitation", ["at_us"])
    op.create_table(
        "api_token",
        sa.Column("token_id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("expires_us", sa.BigInteger, nullable=False),
        sa.Column("revoked_us", sa.BigInteger),
    )


def downgrade() -> None:
    """Remove the tables."""
    for name in ("api_token", "elicitation", "sighting"):
        op.drop_table(name)
