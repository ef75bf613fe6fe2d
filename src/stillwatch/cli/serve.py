"""`stillwatch serve`: the service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from stillwatch.cli.database import Database
from stillwatch.cli.extras import needs
from stillwatch.cli.options import Accounts, Releases, SettingsFile
from stillwatch.errors import ConfigError
from stillwatch.settings import load

__all__ = ["serve"]

State = Annotated[
    Path,
    typer.Option(help="Folder for what the service keeps: exchanges, results, tokens."),
]


def serve(
    *,
    state: State = Path("state"),
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=1, max=65_535)] = 8600,
    accounts: Accounts = None,
    releases: Releases = None,
    policy: Annotated[
        Path | None,
        typer.Option(help="Policy file; by default the one that comes along.", metavar="FILE"),
    ] = None,
    database: Database = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            envvar="STILLWATCH_SOURCES",
            help="Stream to drain, a URL of kind redis, nats or kafka; may be repeated.",
            metavar="URL",
        ),
    ] = None,
    quotas: Annotated[
        str | None,
        typer.Option(
            envvar="STILLWATCH_QUOTAS",
            help="Redis or Valkey where nodes share the quotas of campaigns, a URL.",
            metavar="URL",
        ),
    ] = None,
    traces: Annotated[
        str | None,
        typer.Option(
            envvar="STILLWATCH_TRACES",
            help="Send OpenTelemetry traces of the service itself there (OTLP over HTTP).",
            metavar="URL",
        ),
    ] = None,
    webhook: Annotated[
        str | None,
        typer.Option(
            envvar="STILLWATCH_WEBHOOK",
            help="Tell your own system of decisions that reach beyond a request; on one node only.",
            metavar="URL",
        ),
    ] = None,
    webhook_secret_file: Annotated[
        Path | None,
        typer.Option(
            envvar="STILLWATCH_WEBHOOK_SECRET_FILE",
            help="File with the secret that both sides know, 32 bytes or more.",
            metavar="FILE",
        ),
    ] = None,
    decide_only: Annotated[
        bool,
        typer.Option(
            "--decide-only",
            help="Take no exchanges and judge none: decide on what another service keeps there.",
        ),
    ] = False,
    no_assess: Annotated[
        bool,
        typer.Option("--no-assess", help="Take exchanges and leave judging to another process."),
    ] = False,
    settings: SettingsFile = None,
) -> None:
    """Take exchanges and answer decisions over HTTP until told to end."""
    in_force = load(settings)
    with needs("serve"):
        from stillwatch.service.run import Place, opened, run  # noqa: PLC0415 - an extra

    place = Place(
        folder=state,
        accounts=accounts,
        releases=releases,
        policy=policy,
        settings=settings,
        database=database,
        quotas=quotas,
        traces=traces,
        webhook=_hook(webhook, webhook_secret_file),
    )
    made = opened(place, in_force, takes=not decide_only, assesses=not (decide_only or no_assess))
    run(made, host=host, port=port, sources=source or ())


def _hook(url: str | None, secret_file: Path | None) -> Any:  # noqa: ANN401 - of an extra
    if url is None:
        return None
    if secret_file is None:
        message = "a webhook needs a secret that signs its messages"
        raise ConfigError(message, hint="name it with --webhook-secret-file")
    from stillwatch.cli.opened import shared_secret  # noqa: PLC0415 - an extra
    from stillwatch.respond.webhooks import Webhook  # noqa: PLC0415 - an extra

    return Webhook(url=url, secret=shared_secret(secret_file))
