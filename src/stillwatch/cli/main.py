"""The `stillwatch` command: the verbs, and how it ends."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from stillwatch.cli.audit import audit
from stillwatch.cli.bench import bench
from stillwatch.cli.calibrate import calibrate
from stillwatch.cli.detect import detect
from stillwatch.cli.detectors import detectors
from stillwatch.cli.explain import explain
from stillwatch.cli.ext_authz import ext_authz
from stillwatch.cli.grants import grants
from stillwatch.cli.indicators import indicators
from stillwatch.cli.policy import policy
from stillwatch.cli.replay import replay
from stillwatch.cli.review import review
from stillwatch.cli.send import send
from stillwatch.cli.serve import serve
from stillwatch.cli.settings import settings
from stillwatch.cli.simulate import simulate
from stillwatch.cli.token import token
from stillwatch.errors import Error

__all__ = ["app", "run"]

INTERRUPTED = 130

app = typer.Typer(
    name="stillwatch",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:  # noqa: FBT001 - the signature that typer calls
    if asked:
        typer.echo(f"stillwatch {version('stillwatch')}")
        raise typer.Exit


@app.callback()
def _common(
    *,
    _version_asked: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Finds the accounts that together distil a language model, and shows why."""


for _verb in (
    detect,
    explain,
    replay,
    serve,
    send,
    calibrate,
    simulate,
    bench,
    detectors,
    settings,
):
    app.command()(_verb)
app.command(name="ext-authz")(ext_authz)
_GROUPS = (
    ("policy", policy),
    ("review", review),
    ("grants", grants),
    ("indicators", indicators),
    ("audit", audit),
    ("token", token),
)
for _name, _group in _GROUPS:
    app.add_typer(_group, name=_name)


def run() -> None:
    """Entry point: runs the command; a user's mistake ends in a sentence, never in a traceback."""
    try:
        app()
    except Error as fault:
        print(f"stillwatch: {fault}", file=sys.stderr)  # noqa: T201 - this is the command line
        sys.exit(fault.exit_status)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
