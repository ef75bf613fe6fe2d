"""The first tables: ledger, decisions, proposals, votes, clearances, grants, outbox.

Also has the database itself refuse to change or delete rows of the ledger.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["branch_labels", "depends_on", "down_revision", "downgrade", "revision", "upgrade"]

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

_STANDING = sa.text("state = 'standing'")
_SQLITE = """CREATE TRIGGER ledger_no_{verb} BEFORE {verb} ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is only appended to'); END"""
_POSTGRES = """CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is only appended to'; END $$"""
_POSTGRES_TRIGGER = """CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
ON ledger FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"""


def upgrade() -> None:
    """Make the tables."""
    _ledger()
    _decisions()
    _people()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRES)
        op.execute(_POSTGRES_TRIGGER)
    else:
        for verb in ("update", "delete"):
            op.execute(_SQLITE.format(verb=verb))


def downgrade() -> None:
    """Refuse: a ledger is not thrown away."""
    message = "the first step cannot be undone; make a new database instead"
    raise NotImplementedError(message)


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("decision_id", sa.Text),
        sa.Column("account_id", sa.Text, index=True),
        sa.Column("campaign_id", sa.Text, index=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "ledger_head",
        sa.Column(
            "one", sa.Integer, sa.CheckConstraint("one = 1"), primary_key=True, autoincrement=False
        ),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )


def _decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("decision_id", sa.Text, primary_key=True),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("campaign_id", sa.Text, index=True),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("shadow", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("decided_us", sa.BigInteger, nullable=False),
        sa.Column("expires_us", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index(
        "decision_standing",
        "decision",
        ["account_id"],
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )
    op.create_table(
        "outbox",
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("place", sa.BigInteger, nullable=False, unique=True),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_us", sa.BigInteger, nullable=False, index=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "proposal",
        sa.Column("proposal_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("campaign_id", sa.Text, index=True),
        sa.Column("decision_id", sa.Text),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("accounts", sa.Text, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_us", sa.BigInteger, nullable=False),
        sa.Column("expires_us", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "vote",
        sa.Column("proposal_id", sa.Text, sa.ForeignKey("proposal.proposal_id"), primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("rationale", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "clearance",
        sa.Column("account_id", sa.Text, primary_key=True),
        sa.Column("at_us", sa.BigInteger, primary_key=True),
        sa.Column("expires_us", sa.BigInteger, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("rationale", sa.Text, nullable=False),
        sa.Column("honest", sa.Boolean, nullable=False),
    )
    op.create_table(
        "access_grant",
        sa.Column("grant_id", sa.Text, primary_key=True),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("since_us", sa.BigInteger, nullable=False),
        sa.Column("expires_us", sa.BigInteger, nullable=False),
        sa.Column("revoked_us", sa.BigInteger),
    )
    op.create_index("access_grant_subject", "access_grant", ["subject", "subject_id"])
