"""The ledger in the database that a verb names, opened with the installation's secret.

Needs the packages of the extra `respond`; imported by verbs when they run, so that those which need
no database do without.
"""

from __future__ import annotations

import platformdirs

from stillwatch.ingest.secret import installation_secret
from stillwatch.respond.ledger import Ledger
from stillwatch.store import open_store

__all__ = ["ledger"]


def ledger(url: str | None) -> Ledger:
    """The ledger in a database, by default that of this user."""
    secret = installation_secret(platformdirs.user_state_path("stillwatch"))
    return Ledger(open_store(url), secret)
