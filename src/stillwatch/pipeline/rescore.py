"""Judges everybody again without the accounts that people found honest.

A cleared account cannot be a member of a group, so nothing that only it shares ties others, and
evidence that rested on it is weighed anew. That takes the logs: what a run leaves behind has no
ties between accounts, and a number worked out from the remaining bits would be a guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.ingest import read_accounts
from stillwatch.pipeline.batch import detect
from stillwatch.pipeline.run import Progress
from stillwatch.pipeline.standing import Found, holds_results, read_found
from stillwatch.schema import ACCOUNT
from stillwatch.settings import Settings

__all__ = ["Change", "rescore", "with_cleared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An account whose probability changed.

    Attributes:
        before: Probability in the run before; None where there was none.
        after: Probability now; 0 where nothing is left to report.
    """

    account_id: str
    before: float | None
    after: float


def rescore(
    logs: list[Path],
    cleared: Iterable[str],
    *,
    out: Path,
    accounts: Path | None,
    releases: Path | None,
    as_of: datetime | None,
    settings: Settings,
    progress: Progress | None = None,
) -> list[Change]:
    """Run again over the logs with these accounts out, and say who is judged differently.

    Args:
        logs: As for `detect`.
        cleared: Accounts that people found honest.
        out: Folder of the run before; the new results take its place.
        accounts: Account table.
        releases: Release table.
        as_of: The moment of the run.
        settings: Those in force.
        progress: Whom to tell how far the run is.
    """
    before = _probabilities(read_found(out)) if holds_results(out) else {}
    known = with_cleared(None if accounts is None else read_accounts(accounts), cleared)
    run = detect(
        [*logs], accounts=known, releases=releases, as_of=as_of, out=out, settings=settings,
        progress=progress,
    )  # fmt: skip
    after = _probabilities(Found.of(run))
    return [
        Change(account_id=name, before=before.get(name), after=after.get(name, 0.0))
        for name in sorted({*before, *after})
        if abs(after.get(name, 0.0) - before.get(name, 0.0)) >= 0.01  # noqa: PLR2004 - a percent
    ]


def with_cleared(accounts: pa.Table | None, cleared: Iterable[str]) -> pa.Table:
    """The account table with status `cleared` for some accounts, added where they lack a row."""
    names = sorted(set(cleared))
    table = ACCOUNT.empty_table() if accounts is None else accounts
    mine = pc.is_in(table["account_id"], value_set=pa.array(names, pa.string()))
    place = table.schema.get_field_index("status")
    status = pc.if_else(mine, "cleared", table["status"])
    table = table.set_column(place, table.schema.field("status"), status)
    absent = sorted(set(names) - set(table["account_id"].to_pylist()))
    rows = [{"account_id": name, "status": "cleared"} for name in absent]
    return pa.concat_tables([table, pa.Table.from_pylist(rows, schema=table.schema)])


def _probabilities(found: Found) -> dict[str, float]:
    """Of the accounts in campaigns."""
    return {row["account_id"]: row["probability"] for row in found.members.to_pylist()}
