"""What a detection run found, as the facts that a policy decides on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.errors import NotFoundError, OutputError
from stillwatch.pipeline.run import Run
from stillwatch.pipeline.write import TABLES, current
from stillwatch.respond.facts import Facts

__all__ = ["Found", "facts_of", "holds_results", "read_found"]

_SPEAKS = 0.5  # counted bits from which evidence is cited
_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The tables of a run, by name as in `Run`."""

    campaigns: pa.Table
    members: pa.Table
    accounts: pa.Table
    evidence: pa.Table

    @classmethod
    def of(cls, run: Run) -> Found:
        """Those of a run that is in memory."""
        return cls(**{name: getattr(run, name) for name in TABLES})


def holds_results(folder: Path) -> bool:
    """Whether a folder is one that `stillwatch detect` wrote."""
    return all(current(folder, f"{name}.parquet").is_file() for name in TABLES)


def read_found(folder: Path) -> Found:
    """The tables of the run whose results lie in a folder.

    Raises:
        NotFoundError: There are none.
        OutputError: They cannot be read.
    """
    if not holds_results(folder):
        message = f"{str(folder)!r} holds no results of a run"
        raise NotFoundError(message, hint="name the folder that `stillwatch detect --out` wrote")
    try:
        return Found(**{name: pq.read_table(current(folder, f"{name}.parquet")) for name in TABLES})
    except (OSError, pa.ArrowException) as error:
        message = f"cannot read the results in {str(folder)!r}: {str(error).partition(chr(10))[0]}"
        raise OutputError(message, hint="run `stillwatch detect` again") from error


def facts_of(
    found: Found,
    *,
    accounts: pa.Table | None = None,
    grants: Mapping[str, str] | None = None,
    approved: Mapping[str, frozenset[str]] | None = None,
    as_of: datetime | None = None,
) -> list[Facts]:
    """Every account that has any evidence, as a policy sees it.

    Args:
        found: The tables of a run.
        accounts: Table of schema ACCOUNT: tier, programme, verification and age come from it.
        grants: Accounts that automation leaves alone, with the kind of grant.
        approved: Actions that people approved, by account.
        as_of: The moment for ages; now, where not given.
    """
    moment = as_of or datetime.now(UTC)
    campaigns = {row["campaign_id"]: row for row in found.campaigns.to_pylist()}
    cited: dict[str, list[str]] = defaultdict(list)
    for row in found.evidence.to_pylist():
        if row["bits"] > _SPEAKS:
            cited[row["subject_id"]].append(f"{row['subject_id']}/{row['detector']}")
    shares = _shares(found.members)
    known = {row["account_id"]: row for row in accounts.to_pylist()} if accounts else {}
    kept = grants or {}
    facts = []
    for row in found.accounts.to_pylist():
        account, campaign = row["account_id"], campaigns.get(row["campaign_id"] or "")
        base = Facts(
            account_id=account,
            probability=row["probability"],
            victim=row["recommended_action"] == "notify_owner",
            grant=kept.get(account),
            approved=(approved or {}).get(account, frozenset()),
        )
        if campaign is not None:
            identity = campaign["campaign_id"]
            base = replace(
                base,
                probability=shares.get((identity, account), row["probability"]),
                campaign_id=identity,
                campaign_probability=campaign["probability"],
                campaign_accounts=campaign["accounts"] or 0,
                families=frozenset(campaign["evidence_families"] or ()),
                capabilities=frozenset(campaign["capabilities"] or ()),
                evidence=tuple(sorted(cited[identity])),
            )
        facts.append(_known(base, known.get(account), moment))
    return facts


def _shares(members: pa.Table) -> dict[tuple[str, str], float]:
    return {
        (row["campaign_id"], row["account_id"]): row["probability"] for row in members.to_pylist()
    }


def _known(facts: Facts, row: Mapping[str, object] | None, moment: datetime) -> Facts:
    if row is None:
        return facts
    created, tier, program = row.get("created_at"), row.get("tier"), row.get("program")
    verification = row.get("verification")
    return replace(
        facts,
        tier=tier if isinstance(tier, str) else None,
        program=program if isinstance(program, str) else None,
        verification=verification if isinstance(verification, int) else None,
        age_days=(moment - created).total_seconds() / _DAY
        if isinstance(created, datetime)
        else None,
    )
