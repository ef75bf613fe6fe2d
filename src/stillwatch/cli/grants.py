"""`stillwatch grants`: who may do what looks like an attack, under which agreement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from stillwatch.cli import show
from stillwatch.cli.database import By, Database, person
from stillwatch.cli.values import duration

__all__ = ["grants"]

grants = typer.Typer(
    no_args_is_help=True, help="Enter, list and revoke grants: accounts that are left alone."
)


@grants.command()
def add(
    subject: Annotated[
        str, typer.Argument(help="An account's id, or an organisation's.", metavar="ID")
    ],
    *,
    kind: Annotated[
        str, typer.Option(help="licensed_distillation or verified_research.", metavar="KIND")
    ],
    reference: Annotated[
        str, typer.Option(help="The contract or application it rests on.", metavar="TEXT")
    ],
    organization: Annotated[
        bool, typer.Option("--organization", help="ID is an organisation's: all of its accounts.")
    ] = False,
    lasts: Annotated[
        timedelta,
        typer.Option("--for", help="How long it holds.", metavar="DURATION", parser=duration),
    ] = timedelta(days=365),
    by: By = None,
    database: Database = None,
) -> None:
    """Enter a grant; automation leaves its accounts alone."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`
    from stillwatch.respond.ledger import Entry  # noqa: PLC0415
    from stillwatch.trust.grants import add_grant  # noqa: PLC0415

    now, who = datetime.now(UTC), person(by)
    with ledger(database).transaction() as transaction:
        made = add_grant(
            transaction.connection, subject="organization" if organization else "account",
            subject_id=subject, kind=kind, reference=reference, person=who, at=now, lasts=lasts,
        )  # fmt: skip
        body = {"grant_id": made.grant_id, "subject": made.subject, "subject_id": subject}
        body |= {"grant": kind, "reference": made.reference, "person": who}
        transaction.append([Entry(kind="granted", at=now, body=body)])
    show.text(f"{made.grant_id} holds until {made.expires_at:%Y-%m-%d}")


@grants.command("list")
def list_(*, database: Database = None) -> None:
    """List the grants in force."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`
    from stillwatch.trust.grants import grants as every  # noqa: PLC0415

    with ledger(database).readers.connect() as connection:
        found = every(connection, at=datetime.now(UTC))
    show.table(
        ("grant", "subject", "id", "kind", "reference", "until"),
        [
            (g.grant_id, g.subject, g.subject_id, g.kind, g.reference, f"{g.expires_at:%Y-%m-%d}")
            for g in found
        ],
    )


@grants.command()
def revoke(
    grant: Annotated[str, typer.Argument(help="A grant's id.", metavar="GRANT")],
    *,
    by: By = None,
    database: Database = None,
) -> None:
    """Take a grant back, from now on."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`
    from stillwatch.respond.ledger import Entry  # noqa: PLC0415
    from stillwatch.trust.grants import revoke_grant  # noqa: PLC0415

    now = datetime.now(UTC)
    with ledger(database).transaction() as transaction:
        found = revoke_grant(transaction.connection, grant, at=now)
        body = {"grant_id": grant, "subject_id": found.subject_id, "person": person(by)}
        transaction.append([Entry(kind="revoked", at=now, body=body)])
    show.text(f"{grant} is revoked")
