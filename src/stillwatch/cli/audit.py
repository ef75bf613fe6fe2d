"""`stillwatch audit`: whether the ledger is whole, and what it says."""

from __future__ import annotations

import re
from typing import Annotated

import orjson
import typer

from stillwatch.cli import show
from stillwatch.cli.database import Database
from stillwatch.errors import StoreError

__all__ = ["audit"]

audit = typer.Typer(no_args_is_help=True, help="Verify the ledger of decisions, and read it.")
_HEAD = re.compile(r"(\d+):([0-9a-f]{64})")


@audit.command()
def verify(
    *,
    kept: Annotated[
        str | None,
        typer.Option(help="What `audit head` printed earlier and was kept elsewhere."),
    ] = None,
    database: Database = None,
) -> None:
    """Check that no row of the ledger was changed, removed, inserted or moved."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`
    from stillwatch.respond.audit import verify as check  # noqa: PLC0415 - `--help` does not wait
    from stillwatch.respond.ledger import Head  # noqa: PLC0415

    earlier = None
    if kept is not None:
        given = _HEAD.fullmatch(kept.strip())
        if given is None:
            message = f"{kept!r} is no head; it is a number, a colon and 64 hexadecimal digits"
            raise typer.BadParameter(message)
        earlier = Head(int(given[1]), given[2])
    found = check(ledger(database), kept=earlier)
    if found.fault is not None:
        message = f"the ledger is not whole: {found.fault}"
        raise StoreError(message, hint=f"{found.rows:,} rows before that are as they were written")
    show.text(f"{found.rows:,} rows, whole; head {found.head}")


@audit.command()
def head(*, database: Database = None) -> None:
    """Print the head: keep it elsewhere, and give it to `audit verify --kept` later."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`

    show.text(str(ledger(database).head()))


@audit.command("show")
def show_(
    *,
    account: Annotated[
        str | None, typer.Option(help="Only what is about this account.", metavar="ACCOUNT")
    ] = None,
    campaign: Annotated[
        str | None, typer.Option(help="Only what is about this campaign.", metavar="CAMPAIGN")
    ] = None,
    database: Database = None,
) -> None:
    """Print the ledger as JSON lines, oldest first."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`

    for each in ledger(database).entries(account_id=account, campaign_id=campaign):
        row = {
            "seq": each.seq,
            "at": each.at.isoformat(),
            "kind": each.kind,
            "decision_id": each.decision_id,
            "account_id": each.account_id,
            "campaign_id": each.campaign_id,
            **each.body,
        }
        show.text(orjson.dumps(row).decode())
