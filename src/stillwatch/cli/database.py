"""The options that the verbs of review share."""

from __future__ import annotations

import getpass
from typing import Annotated, TypeAlias

import typer

__all__ = ["Because", "By", "Database", "person"]

Database: TypeAlias = Annotated[
    str | None,
    typer.Option(
        help="URL of the database; by default STILLWATCH_DATABASE, else a file of this user.",
        metavar="URL",
    ),
]
By: TypeAlias = Annotated[
    str | None,
    typer.Option(help="Who decides; by default the name you are logged in with.", metavar="NAME"),
]
Because: TypeAlias = Annotated[
    str, typer.Option(help="The reason; it is kept, and others read it.", metavar="TEXT")
]


def person(named: str | None) -> str:
    """Who decides."""
    return named or getpass.getuser()
