"""`stillwatch send`: logs on disk into a running service."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from stillwatch.cli.options import Format, Logs, Mapping, SettingsFile
from stillwatch.errors import ConfigError
from stillwatch.settings import load

__all__ = ["send"]

VARIABLE = "STILLWATCH_TOKEN"


def send(
    logs: Logs,
    *,
    to: Annotated[str, typer.Option(help="Address of the service.")] = "http://127.0.0.1:8600",
    format: Format = None,  # noqa: A002 - the option's name
    mapping: Mapping = None,
    rate: Annotated[
        float, typer.Option(help="Exchanges a second; 0 sends as fast as they are taken.", min=0)
    ] = 0.0,
    settings: SettingsFile = None,
) -> None:
    """Send exchange logs to a running service; the token is in STILLWATCH_TOKEN."""
    in_force = load(settings)
    token = os.environ.get(VARIABLE, "")
    if not token:
        message = f"the variable {VARIABLE} is not set"
        hint = "`stillwatch token create shipper` makes a token"
        raise ConfigError(message, hint=hint)
    # Late, so that `--help` does not wait for the numerical libraries.
    from stillwatch.pipeline.send import send as run  # noqa: PLC0415

    done = run(
        [*logs], to=to, token=token, format=format, mapping=mapping, rate=rate, settings=in_force
    )
    told = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in done.items() if count)
    typer.echo(told or "nothing was sent")
