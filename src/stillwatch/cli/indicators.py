"""`stillwatch indicators`: means of campaigns that people have judged already."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from stillwatch.cli import show
from stillwatch.cli.database import By, Database, person
from stillwatch.cli.values import duration

__all__ = ["indicators"]

indicators = typer.Typer(
    no_args_is_help=True,
    help="Enter, list and withdraw indicators: cards, devices, phones and addresses of campaigns.",
)


@indicators.command()
def add(
    kind: Annotated[str, typer.Argument(help="card, device, email or phone.", metavar="KIND")],
    value: Annotated[
        str, typer.Argument(help="As the account table has it; hashed here.", metavar="VALUE")
    ],
    *,
    source: Annotated[
        str, typer.Option(help="The campaign or partner it comes from.", metavar="TEXT")
    ],
    lasts: Annotated[
        timedelta,
        typer.Option("--for", help="How long it holds.", metavar="DURATION", parser=duration),
    ] = timedelta(days=90),
    by: By = None,
    database: Database = None,
) -> None:
    """Enter an indicator; a policy rule with `indicator: true` asks for it."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`
    from stillwatch.ingest import Redactor  # noqa: PLC0415
    from stillwatch.pipeline.inputs import state_folder  # noqa: PLC0415
    from stillwatch.respond.ledger import Entry  # noqa: PLC0415
    from stillwatch.trust.indicators import add_indicator  # noqa: PLC0415

    now, who = datetime.now(UTC), person(by)
    with ledger(database).transaction() as transaction:
        made = add_indicator(
            transaction.connection, Redactor.from_state(state_folder()), kind=kind, value=value,
            source=source, person=who, at=now, lasts=lasts,
        )  # fmt: skip
        body = {"indicator_id": made.indicator_id, "indicator": kind, "source": made.source}
        transaction.append([Entry(kind="indicated", at=now, body={**body, "person": who})])
    show.text(f"{made.indicator_id} holds until {made.expires_at:%Y-%m-%d}")


@indicators.command("list")
def list_(*, database: Database = None) -> None:
    """List the indicators in force."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`
    from stillwatch.trust.indicators import indicators as every  # noqa: PLC0415

    with ledger(database).readers.connect() as connection:
        found = every(connection, at=datetime.now(UTC))
    show.table(
        ("indicator", "kind", "value", "source", "until"),
        [
            (i.indicator_id, i.kind, f"{i.value[:10]}…", i.source, f"{i.expires_at:%Y-%m-%d}")
            for i in found
        ],
    )


@indicators.command()
def withdraw(
    indicator: Annotated[str, typer.Argument(help="An indicator's id.", metavar="INDICATOR")],
    *,
    by: By = None,
    database: Database = None,
) -> None:
    """Take an indicator back, from now on."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`
    from stillwatch.respond.ledger import Entry  # noqa: PLC0415
    from stillwatch.trust.indicators import withdraw_indicator  # noqa: PLC0415

    now = datetime.now(UTC)
    with ledger(database).transaction() as transaction:
        withdraw_indicator(transaction.connection, indicator, at=now)
        body = {"indicator_id": indicator, "person": person(by)}
        transaction.append([Entry(kind="revoked", at=now, body=body)])
    show.text(f"{indicator} is withdrawn")
