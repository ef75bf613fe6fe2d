"""The tables of the database, as SQLAlchemy sees them; `migrations/` makes them.

Moments are microseconds since 1970 (`store.moments`), lists are JSON.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

__all__ = [
    "CLEARANCE",
    "DECISION",
    "ELICITATION",
    "GRANT",
    "HEAD",
    "LEDGER",
    "METADATA",
    "OUTBOX",
    "PROPOSAL",
    "SIGHTING",
    "TOKEN",
    "VOTE",
]

METADATA = MetaData()

LEDGER = Table(
    "ledger",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("decision_id", Text),
    Column("account_id", Text, index=True),
    Column("campaign_id", Text, index=True),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
"""Everything that was decided, approved, undone: only ever appended to."""

HEAD = Table(
    "ledger_head",
    METADATA,
    Column("one", Integer, CheckConstraint("one = 1"), primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
)
"""The ledger's last row; locked by whoever appends."""

DECISION = Table(
    "decision",
    METADATA,
    Column("decision_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("campaign_id", Text, index=True),
    Column("action", String(32), nullable=False),
    Column("shadow", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)
"""Decisions with their state: standing, replaced, expired or undone."""
Index(
    "decision_standing",
    DECISION.c.account_id,
    unique=True,
    sqlite_where=DECISION.c.state == "standing",
    postgresql_where=DECISION.c.state == "standing",
)

PROPOSAL = Table(
    "proposal",
    METADATA,
    Column("proposal_id", Text, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("campaign_id", Text, index=True),
    Column("decision_id", Text),
    Column("action", String(32), nullable=False),
    Column("rule", Text, nullable=False),
    Column("accounts", Text, nullable=False),
    Column("people", Integer, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("asked_by", Text, nullable=False),
    Column("asked_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)
"""What waits for people: actions beyond automation's reach, and appeals."""

VOTE = Table(
    "vote",
    METADATA,
    Column("proposal_id", Text, ForeignKey("proposal.proposal_id"), primary_key=True),
    Column("person", Text, primary_key=True),
    Column("verdict", String(16), nullable=False),
    Column("rationale", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)
"""Who approved or rejected what, and why; one vote a person."""

CLEARANCE = Table(
    "clearance",
    METADATA,
    Column("account_id", Text, primary_key=True),
    Column("at_us", BigInteger, primary_key=True),
    Column("expires_us", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("rationale", Text, nullable=False),
    Column("honest", Boolean, nullable=False),
)
"""Accounts that people took out of automation's reach; `honest` ones are no evidence either."""

GRANT = Table(
    "access_grant",
    METADATA,
    Column("grant_id", Text, primary_key=True),
    Column("subject", String(16), nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("reference", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("since_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger),
    Index("access_grant_subject", "subject", "subject_id"),
)
"""Licensed distillation and verified research, by account or organisation."""

INDICATOR = Table(
    "indicator",
    METADATA,
    Column("indicator_id", Text, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("value", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("since_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("withdrawn_us", BigInteger),
)
"""Means of campaigns that people have judged already, as keyed hashes."""

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("event_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False, unique=True),
    Column("account_id", Text, nullable=False),
    Column("event", String(32), nullable=False),
    Column("decision_id", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_us", BigInteger, nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("told", Text, nullable=False),
)
"""Messages to the operator's own systems: kept with the decision, sent until they arrive."""

SIGHTING = Table(
    "sighting",
    METADATA,
    Column("account_id", Text, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("organization_id", Text, nullable=False),
    Column("issued_to", String(64), nullable=False),
    Column("first_us", BigInteger, nullable=False, index=True),
)
"""Reasoning blocks and honeytokens that accounts presented and others had been issued."""

ELICITATION = Table(
    "elicitation",
    METADATA,
    Column("account_id", Text, primary_key=True),
    Column("node", String(32), primary_key=True),
    Column("requests", Float, nullable=False),
    Column("hits", Float, nullable=False),
    Column("at_us", BigInteger, nullable=False, index=True),
)
"""How often accounts ask for hidden reasoning, as each decision node counts it."""

TOKEN = Table(
    "api_token",
    METADATA,
    Column("token_id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("secret_hash", String(64), nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger),
)
"""Who may use the service; the secrets themselves are kept nowhere."""
