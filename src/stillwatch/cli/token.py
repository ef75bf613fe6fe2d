"""`stillwatch token`: who may use the service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from stillwatch.cli.database import Database
from stillwatch.cli.extras import needs
from stillwatch.cli.values import duration

__all__ = ["token"]

token = typer.Typer(no_args_is_help=True, help="Make, withdraw and list the service's tokens.")
State = Annotated[Path, typer.Option(help="Folder that the service keeps.")]
Shared = Annotated[
    bool,
    typer.Option("--shared", help="Keep it in the database, for nodes that share no folder."),
]
_QUARTER = timedelta(days=90)


@token.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for.", show_default=False)],
    *,
    role: Annotated[
        str, typer.Option(help="service, viewer, analyst, reviewer, partner or admin.")
    ] = "service",
    scope: Annotated[
        list[str] | None,
        typer.Option(help="Only this of what the role may do; may be repeated."),
    ] = None,
    lasts: Annotated[
        timedelta,
        typer.Option(
            help="How long it counts.", metavar="TIME", parser=duration, show_default="90d"
        ),
    ] = _QUARTER,
    state: State = Path("state"),
    shared: Shared = False,
    database: Database = None,
) -> None:
    """Make a token and print it; it is not shown again."""
    made, text = _tokens(state, database, shared=shared).create(
        name, role=role, scopes=tuple(scope or ()), lasts=lasts
    )
    typer.echo(text)
    typer.echo(
        f"{made.role} token {made.token_id}, may {', '.join(made.scopes)},"
        f" until {made.expires_at:%Y-%m-%d %H:%M} UTC; keep it now, it is not shown again",
        err=True,
    )


@token.command()
def revoke(
    token_id: Annotated[str, typer.Argument(help="The id in its middle.", show_default=False)],
    *,
    state: State = Path("state"),
    shared: Shared = False,
    database: Database = None,
) -> None:
    """Withdraw a token; a running service refuses it within a second."""
    found = _tokens(state, database, shared=shared).revoke(token_id)
    typer.echo(f"{found.token_id} ({found.name}) is revoked")


@token.command(name="list")
def listed(
    *, state: State = Path("state"), shared: Shared = False, database: Database = None
) -> None:
    """List the tokens; their secrets are not kept."""
    table = Table("id", "name", "role", "may", "until", "state", box=None)
    now = datetime.now(UTC)
    for each in _tokens(state, database, shared=shared).all():
        until = f"{each.expires_at:%Y-%m-%d %H:%M}"
        table.add_row(
            each.token_id, each.name, each.role, ", ".join(each.scopes), until, each.state(now)
        )
    Console().print(table)


def _tokens(state: Path, database: str | None, *, shared: bool) -> Any:  # noqa: ANN401 - of an extra
    from stillwatch.service.tokens import Tokens  # noqa: PLC0415 - late, as everywhere here

    if not shared:
        return Tokens(state)
    with needs("respond"):
        from stillwatch.service.shared_tokens import SharedTokens  # noqa: PLC0415
        from stillwatch.store import open_store  # noqa: PLC0415

    return SharedTokens(open_store(database))
