"""A policy tried on what a run found, or on logs that are looked through first."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from stillwatch.errors import NotFoundError
from stillwatch.ingest import read_accounts
from stillwatch.pipeline.batch import detect
from stillwatch.pipeline.standing import Found, facts_of, holds_results, read_found
from stillwatch.respond.impact import Impact, impact
from stillwatch.respond.issue import Ceiling
from stillwatch.respond.policy import Policy
from stillwatch.settings import Settings

__all__ = ["whatif"]


def whatif(
    results: Path,
    policy: Policy,
    *,
    accounts: Path | None,
    as_of: datetime | None,
    settings: Settings,
) -> Impact:
    """Whom a policy would have hit.

    Args:
        results: Folder of a run's results, or logs.
        policy: What to try.
        accounts: Account table: conditions on tier, programme, verification and age need it.
        as_of: The moment; by default now, or after the last exchange of the logs.
        settings: Those in force.

    Raises:
        NotFoundError: There is nothing at `results`.
    """
    if not results.exists():
        message = f"there is no {str(results)!r}"
        raise NotFoundError(message, hint="name a folder of results, or logs")
    if holds_results(results):
        found = read_found(results)
    else:
        found = Found.of(detect(results, accounts=accounts, as_of=as_of, settings=settings))
    moment = as_of or datetime.now(UTC)
    known = None if accounts is None else read_accounts(accounts)
    ceiling = Ceiling(
        accounts=settings.respond.accounts_a_day, honest=settings.respond.honest_a_day
    )
    facts = facts_of(found, accounts=known, as_of=moment)
    return impact(policy, facts, at=moment, ceiling=ceiling)
